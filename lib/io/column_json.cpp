#include "io/column_json.h"

#include <algorithm>
#include <cstdint>
#include <set>

#include "io/column_list.h"

namespace fm {

namespace {

[[noreturn]] void fail(const std::string& message) {
  throw usage_error("columns", "its columns " + message);
}

}  // namespace

Json column_json(const ColumnNames& columns) {
  Json json = Json::array();
  for (const std::string& name : columns.names)
    json.push_back(columns.has_names ? Json(name) : Json(column_of_place_name(name).value() + 1));
  return json;
}

ColumnNames columns_of_json(const Json& json) {
  if (!json.is_array() || json.empty()) fail("are not a list");
  ColumnNames columns{{}, json.front().is_string()};
  for (const Json& column : json) {
    if (columns.has_names && column.is_string())
      columns.names.push_back(column.get<std::string>());
    else if (!columns.has_names && column.is_number_unsigned() && column.get<std::uint64_t>() > 0)
      columns.names.push_back(place_name(column.get<std::uint64_t>() - 1));
    else
      fail("are neither names nor places from 1");
  }
  std::set<std::string> seen;
  for (const std::string& name : columns.names)
    if (name.empty() || name.find('\0') != std::string::npos || !seen.insert(name).second)
      fail("hold " + in_quotes(name) + ", which is no name or stands there twice");
  return columns;
}

}  // namespace fm
