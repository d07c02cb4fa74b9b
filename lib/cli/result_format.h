// Results of a few rows for people and for programs: an aligned table on a terminal, JSON otherwise, CSV if
// asked for.
#pragma once

#include <array>
#include <optional>
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
/// on a terminal, JSON otherwise. Throws usage error "output-format" for a name that says another format.
ResultFormat settled(ResultFormat format, const std::string& output);

/// Whether a name says JSON Lines: each result is then one line.
bool on_one_line(const std::string& output);

/// Cells row by row, the first row the heading; every row has as many.
using Cells = std::vector<std::vector<std::string>>;

/// A number as a cell: for people with few digits, else so that it reads back the same. Empty where there is
/// no number, or none that is finite.
std::string cell(const std::optional<double>& number, bool for_people);

/// A name as a JSON key: "sliced-w2" is "sliced_w2".
std::string key_of(std::string name);

/// Columns aligned, the first to the left and the others to the right.
std::string aligned(const Cells& rows);

/// CSV; a cell with a comma or a quote is quoted.
std::string comma_separated(const Cells& rows);

}  // namespace fm
