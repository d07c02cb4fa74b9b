#include "io/number_rows.h"

#include <algorithm>
#include <cmath>

#include "core/read_number.h"
#include "core/text.h"
#include "io/record_reader.h"

namespace fm {

static_assert(RecordReader::line_slack >= number_overread);

namespace {

bool starts_number(char c) {
  return (c >= '0' && c <= '9') || c == '-' || c == '.';
}

bool numbers_may_be_missing(const std::string& words) {
  const auto pieces = split(words, ',');
  return std::any_of(pieces.begin(), pieces.end(), [](std::string_view piece) {
    const std::string_view word = trimmed(piece);
    return !word.empty() && starts_number(word.front());
  });
}

}  // namespace

std::optional<NumberRows> NumberRows::of(const Syntax& syntax, const Layout& layout,
                                         const ReadOptions& options) {
  const bool plain = syntax.form == Syntax::Form::delimited && options.decimal == "." &&
                     !starts_number(syntax.comment) && !starts_number(syntax.delimiter.byte) &&
                     !numbers_may_be_missing(options.na) &&
                     std::count(layout.text_labels.begin(), layout.text_labels.end(), true) == 0;
  if (!plain) return std::nullopt;
  NumberRows rows(syntax.delimiter);
  rows.places_.assign(layout.names.size(), unused);
  const auto use = [&](std::size_t column) {
    if (rows.places_[column] != unused) return false;
    rows.places_[column] = rows.width_++;
    return true;
  };
  if (!std::all_of(layout.selected.begin(), layout.selected.end(), use) ||
      !std::all_of(layout.labels.begin(), layout.labels.end(), use))
    return std::nullopt;
  rows.positive_from_ = rows.width_;
  if ((layout.weight && !use(*layout.weight)) || (layout.bandwidth && !use(*layout.bandwidth)))
    return std::nullopt;
  return rows;
}

const char* NumberRows::pass_blanks(const char* at) const {
  while (delimiter_.is_padding(*at)) ++at;
  return at;
}

/// The end of a cell that is not in use; nullptr if quotes may hide it.
const char* NumberRows::pass_cell(const char* at) const {
  if (*at == '"') return nullptr;
  while (delimiter_.classify(*at) == ByteClass::ordinary) ++at;
  return at;
}

/// The end of the row's line; nullptr if it is not one of numbers.
const char* NumberRows::read_row(const char* at, double* values) const {
  const std::size_t columns = places_.size();
  for (std::size_t column = 0; column < columns; ++column) {
    if (column > 0 && !delimiter_.is_runs()) {
      if (*at != delimiter_.byte) return nullptr;
      ++at;
    }
    at = pass_blanks(at);
    const std::size_t place = places_[column];
    at = place == unused ? pass_cell(at) : read_number(at, values[place]);
    if (at == nullptr) return nullptr;
    const char* const cell_end = at;
    at = pass_blanks(at);
    if (delimiter_.is_runs() && at == cell_end && column + 1 < columns) return nullptr;
  }
  for (std::size_t place = positive_from_; place < width_; ++place)
    if (!(values[place] > 0)) return nullptr;
  if (*at == '\r') ++at;
  return *at == '\n' ? at + 1 : nullptr;
}

Index NumberRows::take(PointsIn array, std::vector<double>& values) const {
  const std::size_t before = values.size();
  values.resize(before + static_cast<std::size_t>(array.cols()) * width_);
  double* row = values.data() + before;
  Index taken = 0;
  for (; taken < array.cols(); ++taken, row += width_) {
    const double* const cells = array.col(taken).data();
    bool good = true;
    for (std::size_t column = 0; column < places_.size(); ++column) {
      const std::size_t place = places_[column];
      if (place == unused) continue;
      row[place] = cells[column];
      good &= std::isfinite(cells[column]) && (place < positive_from_ || cells[column] > 0);
    }
    if (!good) break;
  }
  values.resize(before + static_cast<std::size_t>(taken) * width_);
  return taken;
}

NumberRows::Passed NumberRows::read(std::string_view lines, double* values, std::int64_t max_rows) const {
  const char* at = lines.data();
  const char* const end = at + lines.size();
  Passed passed;
  while (at < end && passed.rows < max_rows) {
    const char* const next = read_row(at, values);
    if (next == nullptr) break;
    at = next;
    values += width_;
    ++passed.rows;
  }
  passed.bytes = static_cast<std::size_t>(at - lines.data());
  return passed;
}

}  // namespace fm
