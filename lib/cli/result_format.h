// Results of a few rows for people and for programs: an aligned table on a terminal, JSON otherwise, CSV if
// asked for.
#pragma once

#include <array>
#include <string>
#include <utility>
#include <vector>

namespace fm {

enum class ResultFormat { automatic, table, json, csv };
constexpr auto enum_names(ResultFormat) {
  using enum ResultFormat;
  return std::array{std::pair{automatic, "auto"}, std::pair{table, "table"}, std::pair{json, "json"},
                    std::pair{csv, "csv"}};
}

/// `format`, or what automatic means for results that go to `output`: CSV into a file of that name, a table
/// on a terminal, JSON otherwise.
ResultFormat settled(ResultFormat format, const std::string& output);

/// Rows of equally many cells with their columns aligned, the first to the left and the others to the right.
std::string aligned(const std::vector<std::vector<std::string>>& rows);

/// Rows of cells as CSV; a cell with a comma or a quote is quoted.
std::string comma_separated(const std::vector<std::vector<std::string>>& rows);

}  // namespace fm
