// Rows of delimited text that are numbers and nothing else, read straight from the bytes: most of most
// tables. All other rows (quotes, missing cells, slips, comments, blank lines) are left to RecordReader and
// what judges its cells, so the two may differ in speed alone.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "core/types.h"
#include "io/layout.h"
#include "io/record.h"
#include "io/table_options.h"

namespace fm {

class NumberRows {
 public:
  /// Of the columns in use of `layout`; nullopt where a number may be something else: a word that means
  /// missing, a class, the start of a comment, a number with a decimal comma.
  static std::optional<NumberRows> of(const Syntax& syntax, const Layout& layout, const ReadOptions& options);

  struct Passed {
    std::size_t bytes = 0;
    std::int64_t rows = 0;  ///< of one line each
  };

  /// Appends the columns in use of `array` (all columns, rows) to `values`, up to the first row that has one
  /// which is not finite, or a weight or bandwidth that is not above 0; returns how many rows that are.
  Index take(PointsIn array, std::vector<double>& values) const;

  /// Values of a row.
  std::size_t width() const { return width_; }
  /// Rows that so many bytes can hold: each cell ends with a byte.
  std::size_t most_rows(std::size_t bytes) const { return bytes / places_.size(); }

  /// Reads rows from the start of `lines` into `values`, which has room for max_rows of them (selected
  /// columns, labels, weight, bandwidth; row after row), up to the first that is not all numbers, or has a
  /// weight or bandwidth that is not above 0. `lines` ends with a line feed or is empty;
  /// RecordReader::line_slack bytes after it may be looked at.
  Passed read(std::string_view lines, double* values, std::int64_t max_rows) const;

 private:
  static constexpr std::size_t unused = static_cast<std::size_t>(-1);

  explicit NumberRows(const Delimiter& delimiter) : delimiter_(delimiter) {}

  const char* read_row(const char* at, double* values) const;
  const char* pass_blanks(const char* at) const;
  const char* pass_cell(const char* at) const;

  Delimiter delimiter_;
  std::vector<std::size_t> places_;  // of each column in a row of values, or unused
  std::size_t width_ = 0;            // values of a row
  std::size_t positive_from_ = 0;    // these and later ones must be above 0
};

}  // namespace fm
