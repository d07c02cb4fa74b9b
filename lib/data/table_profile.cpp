#include "data/table_profile.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <map>

#include "io/cell_reader.h"

namespace fm {

ColumnKind ColumnProfile::kind() const {
  if (numbers() == 0) return texts == 0 ? ColumnKind::empty : ColumnKind::texts;
  return texts == 0 ? ColumnKind::numbers : ColumnKind::mixed;
}

bool ColumnProfile::integers() const {
  const auto whole = [](double value) { return std::isnan(value) || value == std::trunc(value); };
  return numbers() > 0 && std::all_of(values.begin(), values.end(), whole);
}

std::pair<double, double> ColumnProfile::range() const {
  std::pair<double, double> range{std::numeric_limits<double>::infinity(),
                                  -std::numeric_limits<double>::infinity()};
  for (const double value : values) {  // NaN is neither less nor greater
    if (value < range.first) range.first = value;
    if (value > range.second) range.second = value;
  }
  return range;
}

namespace {

using Hashes = std::vector<std::uint64_t>;

/// The finaliser of MurmurHash3 (Appleby), in which each bit counts for all.
std::uint64_t mixed(std::uint64_t bits) {
  bits = (bits ^ (bits >> 33)) * 0xff51afd7ed558ccdu;
  bits = (bits ^ (bits >> 33)) * 0xc4ceb9fe1a85ec53u;
  return bits ^ (bits >> 33);
}

constexpr std::uint64_t hash_of_missing = 0;

std::int64_t count_distinct(Hashes hashes, bool with_missing) {
  std::sort(hashes.begin(), hashes.end());
  hashes.erase(std::unique(hashes.begin(), hashes.end()), hashes.end());
  const bool any_missing = !hashes.empty() && hashes.front() == hash_of_missing;
  return static_cast<std::int64_t>(hashes.size()) - (any_missing && !with_missing);
}

/// Takes one cell into its column and returns the hash of its content.
std::uint64_t take(const Cell& cell, std::int64_t line, const CellReader& reader, ColumnProfile& column) {
  double value = 0;
  const CellKind kind = reader.read(cell, value);
  const bool number = kind == CellKind::number;
  column.values.push_back(number ? value : std::numeric_limits<double>::quiet_NaN());
  if (number) return mixed(std::hash<double>()(value) + 1) | 1;  // 0 and -0 have one hash
  if (kind == CellKind::missing) {
    ++column.missing;
    return hash_of_missing;
  }
  ++column.texts;
  const std::string text = cell_content(cell);
  if (!column.text) column.text = text, column.text_line = line;
  return mixed(std::hash<std::string>()(text) + 2) | 1;
}

}  // namespace

TableProfile profile_table(RowReader& rows, const ReadOptions& options) {
  const bool delimited = rows.dialect().syntax.form == Syntax::Form::delimited;
  const CellReader reader(options.na, delimited ? options.decimal : ".");
  TableProfile profile;
  for (const std::string& name : rows.names()) profile.columns.emplace_back().name = name;
  std::vector<Hashes> cells(profile.columns.size());
  Hashes whole;
  for (TextRow row; rows.next(row);) {
    std::uint64_t hash = 0;
    for (std::size_t c = 0; c < cells.size(); ++c) {
      cells[c].push_back(take((*row.cells)[c], row.at, reader, profile.columns[c]));
      hash = mixed(hash ^ cells[c].back());
    }
    whole.push_back(hash);
  }
  profile.rows = static_cast<std::int64_t>(whole.size());
  profile.skipped = rows.skipped();
  profile.repeated = profile.rows - count_distinct(std::move(whole), true);
  std::map<Hashes, std::size_t> seen;
  for (std::size_t c = 0; c < cells.size(); ++c) {
    profile.columns[c].distinct = count_distinct(cells[c], false);
    const auto [same, is_new] = seen.emplace(std::move(cells[c]), c);
    if (!is_new) profile.columns[c].equal = same->second;
  }
  return profile;
}

}  // namespace fm
