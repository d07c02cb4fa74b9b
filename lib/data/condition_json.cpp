#include "data/condition_json.h"

#include <algorithm>
#include <set>

#include "core/error.h"

namespace fm {

namespace {

[[noreturn]] void fail(const std::string& message) {
  throw usage_error("conditions", "its conditions " + message);
}

/// Whether all are texts, no two the same.
bool distinct_texts(const Json& array) {
  std::set<std::string> seen;
  return array.is_array() && std::all_of(array.begin(), array.end(), [&](const Json& text) {
           return text.is_string() && seen.insert(text.get<std::string>()).second;
         });
}

Condition condition_of(const Json& json) {
  const auto is_number = [&](const char* key) { return json.contains(key) && json[key].is_number(); };
  const bool has_name = json.is_object() && json.contains("name") && json["name"].is_string();
  const bool numbers = has_name && json.size() == 5 && is_number("shift") && is_number("scale") &&
                       is_number("least") && is_number("greatest");
  const bool classes = has_name && json.size() == 2 && json.contains("classes") &&
                       distinct_texts(json["classes"]) && !json["classes"].empty() &&
                       json["classes"].size() <= max_classes;
  if (!numbers && !classes) fail("are neither names with classes nor names with shift, scale and range");
  Condition condition{{json["name"].get<std::string>()}};
  if (classes) {
    condition.column.classes = json["classes"].get<std::vector<std::string>>();
    return condition;
  }
  condition.shift = json["shift"].get<double>();
  condition.scale = json["scale"].get<double>();
  condition.least = json["least"].get<double>();
  condition.greatest = json["greatest"].get<double>();
  if (!(condition.scale > 0)) fail("have a scale that is not above 0");
  return condition;
}

}  // namespace

Json condition_json(const std::vector<Condition>& conditions) {
  Json array = Json::array();
  for (const Condition& condition : conditions) {
    Json json = {{"name", condition.column.name}};
    if (condition.column.classes.empty())
      json.update({{"shift", condition.shift},
                   {"scale", condition.scale},
                   {"least", condition.least},
                   {"greatest", condition.greatest}});
    else
      json["classes"] = condition.column.classes;
    array.push_back(std::move(json));
  }
  return array;
}

std::vector<Condition> conditions_of_json(const Json& json, const std::vector<std::string>& columns) {
  if (!json.is_array() || json.empty()) fail("are not a list");
  std::vector<Condition> conditions;
  std::set<std::string> seen(columns.begin(), columns.end());
  for (const Json& element : json) {
    conditions.push_back(condition_of(element));
    const std::string& name = conditions.back().column.name;
    if (name.empty() || name.find('\0') != std::string::npos || !seen.insert(name).second)
      fail("hold " + in_quotes(name) + ", which is no name or stands there twice");
  }
  return conditions;
}

}  // namespace fm
