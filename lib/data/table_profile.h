// What stands in the columns of a table, of whatever kind they are: the facts that a check and statistics
// start from.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/types.h"
#include "io/row_reader.h"

namespace fm {

/// Of what kind the cells of a column are that are not missing.
enum class ColumnKind { numbers, texts, mixed, empty };
constexpr auto enum_names(ColumnKind) {
  using enum ColumnKind;
  return std::array{std::pair{numbers, "numbers"}, std::pair{texts, "texts"}, std::pair{mixed, "mixed"},
                    std::pair{empty, "empty"}};
}

struct ColumnProfile {
  std::string name;
  std::int64_t missing = 0;
  std::int64_t texts = 0;           ///< neither a finite number nor missing
  std::int64_t distinct = 0;        ///< among cells that are not missing; numbers by value, others by content
  std::vector<double> values;       ///< of each row; NaN where there is no number
  std::optional<std::string> text;  ///< the first that is no number, ...
  std::int64_t text_line = 0;       ///< ... and the line of its row
  std::optional<std::size_t> equal;  ///< the first column before it whose cells are all equal to its own

  std::int64_t numbers() const { return static_cast<std::int64_t>(values.size()) - missing - texts; }
  ColumnKind kind() const;
  /// One value in all rows, none of them missing.
  bool constant() const { return distinct == 1 && missing == 0; }
  /// All numbers, of which there are some, are whole.
  bool integers() const;
  /// Of the numbers; there must be some.
  std::pair<double, double> range() const;
};

struct TableProfile {
  std::vector<ColumnProfile> columns;  ///< all of the table
  std::int64_t rows = 0;
  std::int64_t skipped = 0;   ///< could not be read
  std::int64_t repeated = 0;  ///< rows equal to an earlier one in all columns
};

/// Reads the rows to their end. What is a number and what is missing is said by options.na and .decimal.
/// Contents are told apart by hashes of 64 bits. Throws what RowReader::next() does. Memory: 24 bytes a cell.
TableProfile profile_table(RowReader& rows, const ReadOptions& options);

}  // namespace fm
