#include "io/record.h"

#include <algorithm>

#include "core/json.h"
#include "core/text.h"
#include "io/delimited.h"
#include "io/json_lines.h"

namespace fm {

Delimiter::Delimiter(char c) : byte(c) {
  const auto mark = [&](char at, ByteClass meaning) { classes[static_cast<unsigned char>(at)] = meaning; };
  mark(c, ByteClass::separator);
  if (is_runs()) mark('\t', ByteClass::separator);
  mark('\n', ByteClass::line_end);
  mark('\r', ByteClass::line_end);
  mark('\0', ByteClass::nul);
}

void Record::fail(std::size_t offset, std::string id, std::string message, bool fatal) {
  if (!flaw || (fatal && !flaw->fatal)) flaw = Flaw{std::move(id), std::move(message), offset, fatal};
}

Flaw flaw_of(const Record& record, std::size_t columns) {
  if (record.flaw) return *record.flaw;
  return {"ragged-row", std::to_string(record.cells.size()) + " fields where the first record has " +
                            std::to_string(columns)};
}

std::string form_words(Syntax::Form form) {
  switch (form) {
    case Syntax::Form::json_objects:
      return "JSON Lines of objects";
    case Syntax::Form::json_arrays:
      return "JSON Lines of arrays";
    case Syntax::Form::delimited:
      break;
  }
  return "delimited text";
}

std::string cell_text(const Cell& cell) {
  if (cell.form == CellForm::json_string && cell.escaped)
    return Json::parse('"' + std::string(cell.raw) + '"').get<std::string>();
  std::string text(trimmed(cell.raw));
  if (cell.form != CellForm::quoted || !cell.escaped) return text;
  // Quotes come in pairs here: keep the first of each.
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    out += text[i];
    if (text[i] == '"') ++i;
  }
  return out;
}

std::size_t line_length(std::string_view bytes) {
  const auto breaks = [](char c) { return c == '\n' || c == '\r'; };
  return static_cast<std::size_t>(std::find_if(bytes.begin(), bytes.end(), breaks) - bytes.begin());
}

std::size_t line_break(std::string_view bytes, std::size_t at, bool whole) {
  if (bytes[at] == '\n') return 1;
  if (at + 1 < bytes.size()) return bytes[at + 1] == '\n' ? 2 : 1;
  return whole ? 1 : 0;
}

namespace {

bool line_break_ends(std::string_view bytes, std::size_t i) {
  return bytes[i] == '\n' || (bytes[i] == '\r' && !(i + 1 < bytes.size() && bytes[i + 1] == '\n'));
}

}  // namespace

std::int64_t count_breaks(std::string_view bytes) {
  std::int64_t count = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) count += line_break_ends(bytes, i);
  return count;
}

Place RecordPlaces::at(std::size_t offset) {
  const std::string_view bytes = record_.text;
  for (const std::size_t end = std::min(offset, bytes.size()); seen_ < end; ++seen_) {
    if (line_break_ends(bytes, seen_)) ++line_, line_start_ = seen_ + 1;
  }
  return {file_, line_, static_cast<std::int64_t>(offset - line_start_) + 1};
}

Place place_in(const Record& record, std::size_t offset, const std::string& file) {
  return RecordPlaces(record, file).at(offset);
}

std::optional<bool> RecordCursor::skip_line(const Syntax& syntax) {
  std::size_t at = 0;
  if (syntax.comment != 0 && rest_[0] == syntax.comment) {
    at = line_length(rest_);
  } else {
    while (at < rest_.size() && syntax.delimiter.is_padding(rest_[at])) ++at;
    if (at < rest_.size() && rest_[at] != '\n' && rest_[at] != '\r') return false;
  }
  if (at == rest_.size()) {
    if (!whole_) return std::nullopt;
    rest_ = {};
    return true;
  }
  const std::size_t length = line_break(rest_, at, whole_);
  if (length == 0) return std::nullopt;
  rest_.remove_prefix(at + length);
  ++line_;
  return true;
}

RecordCursor::Step RecordCursor::next(const Syntax& syntax, Record& record) {
  for (;;) {
    if (rest_.empty()) return whole_ ? Step::end : Step::more;
    const auto skipped = skip_line(syntax);
    if (!skipped) return Step::more;
    if (!*skipped) break;
  }
  record.cells.clear();
  record.keys.clear();
  record.flaw.reset();
  record.many_lines = false;
  record.line = line_;
  const std::size_t size = syntax.form == Syntax::Form::delimited
                               ? scan_delimited(rest_, whole_, syntax, record)
                               : scan_json_line(rest_, whole_, syntax, record);
  if (size == 0) return Step::more;
  record.text = rest_.substr(0, size);
  rest_.remove_prefix(size);
  line_ += record.many_lines ? count_breaks(record.text) : 1;
  return Step::record;
}

}  // namespace fm
