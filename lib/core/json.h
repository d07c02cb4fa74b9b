// Described structs and families as JSON, both ways. A family is {"name": ..., <its fields>}; unknown keys,
// wrong types and values out of range are errors that name the key's path.
#pragma once

#include <cmath>
#include <nlohmann/json.hpp>
#include <string>

#include "core/value.h"

namespace fm {

/// Keys keep the order of the fields, so equal options give equal bytes.
using Json = nlohmann::ordered_json;

/// Parsed `text`, refusing duplicate keys, more than 32 levels, and numbers that leave the doubles. `what`
/// names the document in errors. Throws an error of kind `kind`, id "json".
Json parse_json(const std::string& text, const std::string& what, ErrorKind kind);

/// `json` as text, on one line or indented by `indent` blanks. Names of files need not be UTF-8, as JSON
/// must: bytes that are not become U+FFFD.
std::string text_of(const Json& json, int indent = -1);

[[noreturn]] void json_mismatch(const std::string& path, const Json& found, const std::string& wanted);

template <class T>
Json to_json(const T& value) {
  if constexpr (Described<T>) {
    Json object = Json::object();
    for_each_field<T>([&](const auto& field) { object[field.name] = to_json(value.*field.member); });
    return object;
  } else if constexpr (Family<T>) {
    return std::visit(
        [](const auto& member) {
          Json object = {{"name", member.name}};
          object.update(to_json(member));
          return object;
        },
        value);
  } else if constexpr (IsOptional<T>::value) {
    return value ? to_json(*value) : Json(nullptr);
  } else if constexpr (IsVector<T>::value) {
    Json array = Json::array();
    for (const auto& element : value) array.push_back(to_json(element));
    return array;
  } else if constexpr (NamedEnum<T>) {
    return print_value(value);
  } else {
    return value;
  }
}

/// Reads `json` into `value`; keys of a struct that are absent keep their values. `path` names the place in
/// errors. Throws usage errors "config-key", "config-type", "option-range", "unknown-name".
template <class T>
void from_json(const Json& json, T& value, const std::string& path = "", const Range& range = {});

template <Described T>
void fields_from_json(const Json& json, T& value, const std::string& path, bool skip_name) {
  if (!json.is_object()) json_mismatch(path, json, "an object");
  for (const auto& item : json.items()) {
    const std::string& key = item.key();
    const Json& inner = item.value();
    if (skip_name && key == "name") continue;
    const std::string inner_path = path.empty() ? key : path + "." + key;
    bool found = false;
    for_each_field<T>([&](const auto& field) {
      if (key != field.name) return;
      found = true;
      from_json(inner, value.*field.member, inner_path, field.range);
    });
    if (!found)
      throw usage_error("config-key", "unknown key " + in_quotes(inner_path),
                        suggestion(key, field_names<T>()));
  }
}

template <class T>
void from_json(const Json& json, T& value, const std::string& path, const Range& range) {
  if constexpr (Described<T>) {
    fields_from_json(json, value, path, false);
  } else if constexpr (Family<T>) {
    if (json.is_string()) {
      value = parse_family<T>(json.template get<std::string>());
      return;
    }
    if (!json.is_object() || !json.contains("name") || !json["name"].is_string())
      json_mismatch(path, json, R"(an object with a "name", or a string)");
    value = make_member<T>(json["name"].template get<std::string>());
    std::visit([&](auto& member) { fields_from_json(json, member, path, true); }, value);
  } else if constexpr (IsOptional<T>::value) {
    if (json.is_null()) {
      value.reset();
      return;
    }
    typename T::value_type inner{};
    from_json(json, inner, path, range);
    value = std::move(inner);
  } else if constexpr (IsVector<T>::value) {
    if (!json.is_array()) json_mismatch(path, json, "an array");
    value.clear();
    for (const Json& element : json) {
      typename T::value_type inner{};
      from_json(element, inner, path, range);
      value.push_back(std::move(inner));
    }
  } else if constexpr (std::is_same_v<T, bool>) {
    if (!json.is_boolean()) json_mismatch(path, json, "true or false");
    value = json.template get<bool>();
  } else if constexpr (std::is_arithmetic_v<T>) {
    if (!json.is_number()) json_mismatch(path, json, "a number");
    const double number = json.template get<double>();
    if constexpr (std::is_integral_v<T>) {
      // 2^53: up to there every whole number is exact in a double, and so in JSON.
      if (number != std::floor(number) || std::abs(number) > 0x1p53)
        json_mismatch(path, json, "a whole number");
    }
    check_range(number, path + " = " + text_of(json), range);
    value = static_cast<T>(number);
  } else {
    if constexpr (std::is_same_v<T, std::string>) {
      if (json.is_number()) {  // "seed": 7 means what "seed": "7" means
        value = text_of(json);
        return;
      }
    }
    if (!json.is_string()) json_mismatch(path, json, "a string");
    parse_value(json.template get<std::string>(), value, range);
  }
}

}  // namespace fm
