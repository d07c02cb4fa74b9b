// Tables as streams of rows of text: what is to be copied, counted or converted rather than computed with.
// Found and cut as TableReader does it, but a column may hold anything.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "io/dialect.h"
#include "io/record.h"
#include "io/table_options.h"

namespace fm {

/// One row; valid until the next is read.
struct TextRow {
  std::string_view line;           ///< as it stands in the file, with its line break if it has one
  const std::vector<Cell>* cells;  ///< of all columns
  std::int64_t at;                 ///< physical line where it starts, from 1
};

class RowReader {
 public:
  /// Opens `path`, "-" for standard input. Throws what TableReader does, but for what it says of columns.
  RowReader(const std::string& path, const ReadOptions& options);
  /// The table as TableReader finds it for `wanted`. Throws what that does.
  RowReader(const std::string& path, const ReadOptions& options, const WantedColumns& wanted);
  ~RowReader();

  /// Names of all columns; place names where there are none.
  const std::vector<std::string>& names() const;
  /// The first record as it stands, if it holds names; else empty.
  const std::string& header_line() const;
  const std::string& decisions() const;
  const Dialect& dialect() const;
  bool compressed() const;

  /// The next row; false at the end. A row that cannot be read, or has another number of cells than the first
  /// record, is a data error ("ragged-row" or the record's flaw), or counted if options.bad_rows is skip.
  bool next(TextRow& row);
  /// Rows passed over so far.
  std::int64_t skipped() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// What a cell says: escapes resolved; without the blanks around it unless quotes keep them.
std::string cell_content(const Cell& cell);

/// Index from 0 of the one column that `column` names, by name or number. Throws usage errors "one-column"
/// and those of resolve_columns; `option` is named in them.
std::size_t find_column(const RowReader& rows, const std::string& column, const std::string& option);

}  // namespace fm
