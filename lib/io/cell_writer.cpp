#include "io/cell_writer.h"

#include <algorithm>

#include "core/json.h"
#include "core/text.h"
#include "io/row_reader.h"

namespace fm {

std::string delimited_cell(const std::string& content, char separator) {
  const bool special = content.find_first_of(std::string("\"\r\n") + separator) != std::string::npos;
  const bool padded = trimmed(content).size() != content.size();
  if (!special && !padded && !content.starts_with('{') && !content.starts_with('[')) return content;
  std::string out = "\"";
  for (const char c : content) out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + '"';
}

bool is_json_number(std::string_view text) {
  const auto take = [&](std::string_view any) {
    if (text.empty() || any.find(text[0]) == std::string_view::npos) return false;
    text.remove_prefix(1);
    return true;
  };
  const auto digits = [&] {
    if (!take("0123456789")) return false;
    while (take("0123456789")) {
    }
    return true;
  };
  take("-");
  if (!take("0") && !digits()) return false;
  if (take(".") && !digits()) return false;
  if (take("eE") && (take("+-"), !digits())) return false;
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

}  // namespace fm
