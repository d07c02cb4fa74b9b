#include "io/cell_reader.h"

#include <algorithm>
#include <cmath>

#include "core/text.h"

namespace fm {

CellReader::CellReader(const std::string& missing, const std::string& decimal) : comma_(decimal == ",") {
  if (decimal != "." && decimal != ",")
    throw usage_error("decimal", "the decimal mark is " + in_quotes(decimal), "--decimal takes . or ,");
  for (const std::string_view piece : split(missing, ',')) {
    const std::string_view word = trimmed(piece);
    if (word.empty()) {
      empty_is_missing_ = true;
    } else {
      missing_.emplace_back(word);
      starts_missing_[static_cast<unsigned char>(word.front())] = true;
    }
  }
}

namespace {

CellKind parse(std::string_view text, double& value) {
  const NumberText result = parse_double(text, value);
  if (result == NumberText::not_a_number) return CellKind::text;
  if (result == NumberText::out_of_range) return CellKind::out_of_range;
  return std::isfinite(value) ? CellKind::number : CellKind::non_finite;
}

}  // namespace

CellKind CellReader::read(const Cell& cell, double& value) const {
  if (cell.form == CellForm::json_null) return CellKind::missing;
  const std::string_view text = trimmed(cell.raw);
  if (text.empty()) return empty_is_missing_ ? CellKind::missing : CellKind::text;
  if (starts_missing_[static_cast<unsigned char>(text.front())] &&
      std::find(missing_.begin(), missing_.end(), text) != missing_.end())
    return CellKind::missing;
  if (cell.form == CellForm::json_string) return CellKind::text;
  return comma_ ? read_comma(text, value) : parse(text, value);
}

CellKind CellReader::read_comma(std::string_view text, double& value) const {
  if (text.find('.') != std::string_view::npos) return CellKind::text;
  std::string with_point(text);
  if (const std::size_t at = with_point.find(','); at != std::string::npos) with_point[at] = '.';
  return parse(with_point, value);
}

}  // namespace fm
