#include "io/column_list.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <numeric>
#include <optional>

#include "core/error.h"
#include "core/text.h"

namespace fm {

namespace {

struct Table {
  const std::vector<std::string>& names;
  const std::string& option;

  std::string in_option(const std::string& text) const { return text + " in " + option; }

  /// The column called `text`; throws if several are.
  std::optional<std::size_t> named(std::string_view text) const {
    const auto found = std::find(names.begin(), names.end(), text);
    if (found == names.end()) return std::nullopt;
    if (std::find(found + 1, names.end(), text) != names.end())
      throw usage_error("column-ambiguous",
                        in_option("several columns are called " + in_quotes(std::string(text))),
                        "name them by number, from 1 to " + std::to_string(names.size()));
    return static_cast<std::size_t>(found - names.begin());
  }

  /// The number from 1 that `text` is; not checked against the number of columns.
  static std::optional<std::size_t> numbered(std::string_view text) {
    std::size_t number = 0;
    const auto [stop, status] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (status != std::errc{} || stop != text.data() + text.size()) return std::nullopt;
    return number;
  }

  std::size_t checked(std::size_t number) const {
    if (number >= 1 && number <= names.size()) return number - 1;
    throw usage_error("column-range",
                      in_option("column " + std::to_string(number) + " of " + std::to_string(names.size())),
                      "columns count from 1 to " + std::to_string(names.size()));
  }

  std::optional<std::size_t> column(std::string_view text) const {
    if (const auto index = named(text)) return index;
    if (const auto number = numbered(text)) return checked(*number);
    return std::nullopt;
  }
};

/// All ways to read `item` as a range: hyphens may also belong to names.
std::vector<std::pair<std::size_t, std::size_t>> ranges(const Table& table, std::string_view item) {
  std::vector<std::pair<std::size_t, std::size_t>> found;
  for (std::size_t at = item.find('-', 1); at != std::string_view::npos; at = item.find('-', at + 1)) {
    const std::string_view right = trimmed(item.substr(at + 1));
    const auto first = table.column(trimmed(item.substr(0, at)));
    if (!first) continue;
    const auto last = right.empty() ? table.names.size() - 1 : table.column(right);
    if (last) found.emplace_back(*first, *last);
  }
  return found;
}

std::vector<std::size_t> resolve_item(const Table& table, std::string_view item) {
  const std::string shown = in_quotes(std::string(item));
  if (item.empty())
    throw usage_error("column-list", table.in_option("an empty item"),
                      "write names or numbers: a,b or 1,3-5");
  if (const auto index = table.column(item)) return {*index};
  const auto found = ranges(table, item);
  if (found.empty())
    throw usage_error("unknown-column", table.in_option("no column is called " + shown),
                      suggestion(item, table.names));
  const auto [first, last] = found.front();
  if (found.size() > 1)
    throw usage_error(
        "column-ambiguous", table.in_option(shown + " can be read as more than one range"),
        "name the columns by number: " + std::to_string(first + 1) + "-" + std::to_string(last + 1));
  if (first > last)
    throw usage_error("column-range", table.in_option("the range " + shown + " runs backwards"),
                      "write " + std::to_string(last + 1) + "-" + std::to_string(first + 1));
  std::vector<std::size_t> columns(last - first + 1);
  std::iota(columns.begin(), columns.end(), first);
  return columns;
}

bool plain_word(const std::string& name) {
  constexpr auto plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.";
  return !name.empty() && name.find_first_not_of(plain) == std::string::npos;
}

/// The first and the last place, from 0, of an item of places: "2", "x2", "2-5", "x2-x5", "2-".
std::optional<std::pair<std::size_t, std::size_t>> place_range(std::string_view item) {
  const auto place = [](std::string_view text) -> std::optional<std::size_t> {
    const auto number = Table::numbered(text);
    if (number && *number > 0) return *number - 1;
    return column_of_place_name(std::string(text));
  };
  const std::size_t hyphen = item.find('-');
  const auto first = place(trimmed(item.substr(0, hyphen)));
  if (!first || hyphen == item.npos) return first ? std::optional(std::pair(*first, *first)) : std::nullopt;
  const std::string_view right = trimmed(item.substr(hyphen + 1));
  const auto last = right.empty() ? std::numeric_limits<std::size_t>::max() : place(right);
  return last && *first <= *last ? std::optional(std::pair(*first, *last)) : std::nullopt;
}

}  // namespace

std::string place_name(std::size_t column) {
  return "x" + std::to_string(column + 1);
}

std::optional<std::size_t> column_of_place_name(const std::string& name) {
  if (!name.starts_with('x')) return std::nullopt;
  const auto number = Table::numbered(std::string_view(name).substr(1));
  if (!number || *number == 0 || place_name(*number - 1) != name) return std::nullopt;
  return *number - 1;
}

bool are_place_names(const std::vector<std::string>& names) {
  return std::all_of(names.begin(), names.end(),
                     [](const std::string& name) { return column_of_place_name(name).has_value(); });
}

std::vector<std::size_t> resolve_places(const std::string& list, const std::vector<std::string>& names,
                                        const std::string& option, bool may_miss) {
  const Table table{names, option};
  std::vector<std::size_t> columns;
  for (const std::string_view piece : split(list, ',')) {
    const std::string_view item = trimmed(piece);
    std::vector<std::size_t> found;
    const auto range = place_range(item);
    if (!range) found = resolve_item(table, item);
    for (std::size_t i = 0; range && i < names.size(); ++i)
      if (const auto place = column_of_place_name(names[i]);
          *place >= range->first && *place <= range->second)
        found.push_back(i);
    if (found.empty() && !may_miss)
      throw usage_error("column-range",
                        table.in_option("no column has the place " + in_quotes(std::string(item))),
                        "the columns are: " + joined(names, ", "));
    columns.insert(columns.end(), found.begin(), found.end());
  }
  return columns;
}

std::vector<std::size_t> resolve_columns(const std::string& list, const std::vector<std::string>& names,
                                         const std::string& option) {
  const Table table{names, option};
  std::vector<std::size_t> columns;
  for (const std::string_view item : split(list, ',')) {
    const auto found = resolve_item(table, trimmed(item));
    columns.insert(columns.end(), found.begin(), found.end());
  }
  return columns;
}

std::string column_list(const std::vector<std::size_t>& columns, const std::vector<std::string>& names,
                        bool by_name) {
  constexpr std::size_t few = 8;  // names of so many columns fit on a line
  const auto plain = [&](std::size_t column) { return plain_word(names[column]); };
  std::vector<std::string> words, numbers;
  for (std::size_t i = 0, j = 0; i < columns.size(); i = j) {
    for (j = i; j < columns.size() && columns[j] == columns[i] + (j - i); ++j)
      words.push_back(names[columns[j]]);
    const std::string first = std::to_string(columns[i] + 1);
    numbers.push_back(j == i + 1 ? first : first + "-" + std::to_string(columns[j - 1] + 1));
  }
  const bool short_names =
      by_name && columns.size() <= few && std::all_of(columns.begin(), columns.end(), plain);
  for (const auto& list : {joined(short_names ? words : numbers, ","), joined(numbers, ",")}) {
    try {
      if (resolve_columns(list, names, "") == columns) return list;
    } catch (const Error&) {  // names that stand twice
    }
  }
  return joined(words, ",");  // names that are the numbers of other columns
}

}  // namespace fm
