#include "io/row_reader.h"

#include "core/json.h"
#include "core/text.h"
#include "io/column_list.h"
#include "io/record_reader.h"

namespace fm {

struct RowReader::State {
  ReadOptions options;
  RecordReader records;
  Dialect dialect;
  const Syntax& syntax = dialect.syntax;
  const Layout& layout = dialect.layout;
  std::string decisions;
  std::string header_line;
  Record record;
  std::int64_t skipped = 0;

  State(const std::string& path, const ReadOptions& o, const WantedColumns& wanted)
      : options(o), records(path), dialect(detect_dialect(records, o, wanted)) {
    if (layout.skip_first && records.next(syntax, record)) header_line = record.text;
    decisions = describe();
  }

  std::string describe() const {
    const std::string packed = records.compressed() ? "gzip, " : "";
    const std::string columns = std::to_string(layout.names.size()) + " columns";
    const std::string form = packed + form_words(dialect) + ", ";
    if (!dialect.array.empty()) return form + dialect.array + ", " + columns;
    if (syntax.form != Syntax::Form::delimited) return form + columns;
    return form + "delimiter " + delimiter_word(syntax.delimiter.byte) +
           (layout.has_names ? ", header, " : ", no header, ") + columns;
  }

  [[noreturn]] void refuse() const {
    const Flaw flaw = flaw_of(record, layout.names.size());
    throw data_error(flaw.id, flaw.message, place_in(record, flaw.offset, records.name()),
                     flaw.fatal ? "" : "to pass over such rows: --bad-rows skip");
  }
};

RowReader::RowReader(const std::string& path, const ReadOptions& options)
    : RowReader(path, options, WantedColumns{.as_text = true}) {}
RowReader::RowReader(const std::string& path, const ReadOptions& options, const WantedColumns& wanted)
    : state_(std::make_unique<State>(path, options, wanted)) {}
RowReader::~RowReader() = default;

const std::vector<std::string>& RowReader::names() const {
  return state_->layout.names;
}
const std::string& RowReader::header_line() const {
  return state_->header_line;
}
const std::string& RowReader::decisions() const {
  return state_->decisions;
}
const Dialect& RowReader::dialect() const {
  return state_->dialect;
}
bool RowReader::compressed() const {
  return state_->records.compressed();
}
std::int64_t RowReader::skipped() const {
  return state_->skipped;
}

bool RowReader::next(TextRow& row) {
  State& s = *state_;
  while (s.records.next(s.syntax, s.record)) {
    const bool whole = !s.record.flaw && s.record.cells.size() == s.layout.names.size();
    if (whole) {
      row = {s.record.text, &s.record.cells, s.record.line};
      return true;
    }
    if (s.options.bad_rows == BadRowPolicy::error || (s.record.flaw && s.record.flaw->fatal)) s.refuse();
    ++s.skipped;
  }
  return false;
}

std::string cell_content(const Cell& cell) {
  if (cell.form == CellForm::json_null) return "";
  if (cell.form == CellForm::json_string && cell.escaped)
    return Json::parse('"' + std::string(cell.raw) + '"').get<std::string>();
  if (cell.form == CellForm::plain) return std::string(trimmed(cell.raw));
  std::string out;
  const bool doubled = cell.form == CellForm::quoted && cell.escaped;
  for (std::size_t i = 0; i < cell.raw.size(); ++i) {
    out += cell.raw[i];
    if (doubled && cell.raw[i] == '"') ++i;  // quotes come in pairs here
  }
  return out;
}

std::size_t find_column(const RowReader& rows, const std::string& column, const std::string& option) {
  const auto found = resolve_columns(column, rows.names(), option);
  if (found.size() != 1)
    throw usage_error("one-column", option + " names " + std::to_string(found.size()) + " columns",
                      "it takes one");
  return found.front();
}

}  // namespace fm
