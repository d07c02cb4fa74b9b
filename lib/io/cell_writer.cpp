#include "io/cell_writer.h"

#include <algorithm>

#include "core/json.h"
#include "core/text.h"
#include "io/row_reader.h"

namespace fm {

namespace {

/// Whether delimited text holds `content` without quotes.
bool is_bare(std::string_view content, char separator) {
  if (content.empty()) return true;
  bool special = content.front() == '{' || content.front() == '[';
  for (const char c : content) special |= c == '"' || c == '\r' || c == '\n' || c == separator;
  return !special && trimmed(content).size() == content.size();
}

}  // namespace

std::string delimited_cell(const std::string& content, char separator) {
  if (is_bare(content, separator)) return content;
  std::string out = "\"";
  for (const char c : content) out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + '"';
}

void append_delimited(const Cell& cell, char separator, std::string& out) {
  const std::string_view text = cell.form == CellForm::plain ? trimmed(cell.raw) : "\"";
  if (is_bare(text, separator))
    out += text;  // most cells: no string is made
  else
    out += delimited_cell(cell_content(cell), separator);
}

bool is_json_number(std::string_view text) {
  const auto take = [&](char c) {
    if (text.empty() || text[0] != c) return false;
    text.remove_prefix(1);
    return true;
  };
  const auto digits = [&] {
    const std::size_t before = text.size();
    while (!text.empty() && text[0] >= '0' && text[0] <= '9') text.remove_prefix(1);
    return text.size() < before;
  };
  take('-');
  if (!take('0') && !digits()) return false;
  if (take('.') && !digits()) return false;
  if ((take('e') || take('E')) && (take('+') || take('-'), !digits())) return false;
  return text.empty();
}

std::string json_cell(const Cell& cell, std::string_view line, const Place& place) {
  if (cell.form == CellForm::json_null) return "null";
  const bool json_text = cell.form == CellForm::json_string && line[cell.start] == '"';
  if (json_text && is_utf8(cell.raw)) return '"' + std::string(cell.raw) + '"';
  if (cell.form == CellForm::json_string && !json_text) return std::string(cell.raw);  // true, false
  const std::string content = cell_content(cell);
  if (content.empty()) return "null";
  if (is_json_number(content)) return content;
  if (!is_utf8(content))
    throw data_error("cell-encoding", in_quotes(content, 30) + " is not UTF-8, as JSON must be", place,
                     "make the file UTF-8: iconv -f LATIN1 -t UTF-8");
  return text_of(Json(content));
}

void append_json(const Cell& cell, std::string_view line, const Place& place, std::string& out) {
  const std::string_view text = cell.form == CellForm::plain ? trimmed(cell.raw) : "";
  if (is_json_number(text))
    out += text;
  else
    out += json_cell(cell, line, place);
}

}  // namespace fm
