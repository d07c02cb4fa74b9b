// Values as text: how each type that may stand in a described struct is parsed and printed. Families
// (std::variant of described structs) use the grammar `name` or `name:key=value,key=value`.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "core/error.h"
#include "core/fields.h"
#include "core/text.h"

namespace fm {

template <class T>
struct IsVariant : std::false_type {};
template <class... Members>
struct IsVariant<std::variant<Members...>> : std::true_type {};
/// A closed family of described structs, each with `name`, `summary` and `fields()`.
template <class T>
concept Family = IsVariant<T>::value;

template <class T>
struct IsOptional : std::false_type {};
template <class T>
struct IsOptional<std::optional<T>> : std::true_type {};
template <class T>
struct IsVector : std::false_type {};
template <class T>
struct IsVector<std::vector<T>> : std::true_type {};

/// An enum whose values have names: `constexpr auto enum_names(E)` returns an array of pairs (value, name).
template <class T>
concept NamedEnum = std::is_enum_v<T> && requires(T value) {
  enum_names(value);
};

/// Calls visit(member) with a default-made member of each type of the family, in order.
template <Family F, class Visitor>
void for_each_member(Visitor&& visit) {
  [&]<std::size_t... I>(std::index_sequence<I...>) {
    (visit(std::variant_alternative_t<I, F>{}), ...);
  }
  (std::make_index_sequence<std::variant_size_v<F>>{});
}

template <Family F>
std::vector<std::string> member_names() {
  std::vector<std::string> names;
  for_each_member<F>([&](const auto& member) { names.emplace_back(member.name); });
  return names;
}

/// Name of the member that `family` holds.
template <Family F>
std::string name_of(const F& family) {
  return std::visit([](const auto& member) { return std::string(member.name); }, family);
}

/// The default-made member of that name. Throws usage error "unknown-name".
template <Family F>
F make_member(std::string_view name) {
  std::optional<F> made;
  for_each_member<F>([&](const auto& member) {
    if (member.name == name) made = F(member);
  });
  if (!made)
    throw usage_error("unknown-name", "unknown name " + in_quotes(std::string(name)),
                      suggestion(name, member_names<F>()));
  return *made;
}

/// Reads `text` as a T: a number in `range` (counts also as 10k, 1e6), a word of an enum, a family as
/// name:key=value,..., a comma-separated list (empty text: none). Throws usage errors "option-value",
/// "option-range", "unknown-name", "unknown-key"; `value` is then as it was.
template <class T>
void parse_value(std::string_view text, T& value, const Range& range = {});
/// Text that parse_value reads back as the same value.
template <class T>
std::string print_value(const T& value);

/// Throws usage error "option-range", which quotes `text`, for a value outside the range or not finite.
void check_range(double value, std::string_view text, const Range& range);

/// The elements of a comma-separated list. In a list of families "key=value" belongs to the element before
/// it, as in "energy,sliced-w2:directions=50".
std::vector<std::string> split_list(std::string_view text, bool of_families);

template <Described T>
std::vector<std::string> field_names() {
  std::vector<std::string> names;
  for_each_field<T>([&](const auto& field) { names.emplace_back(field.name); });
  return names;
}

/// Calls visit(field) for the field called `name`. Throws usage error "unknown-key".
template <Described T, class Visitor>
void visit_field(std::string_view name, Visitor&& visit) {
  bool found = false;
  for_each_field<T>([&](const auto& field) {
    if (field.name == name) found = true, visit(field);
  });
  if (!found) {
    const auto known = field_names<T>();
    throw usage_error("unknown-key", "unknown key " + in_quotes(std::string(name)),
                      known.empty() ? "it takes no parameters" : suggestion(name, known));
  }
}

template <Family F>
F parse_family(std::string_view text) {
  const std::size_t colon = text.find(':');
  F family = make_member<F>(text.substr(0, colon));
  if (colon == std::string_view::npos) return family;
  std::visit(
      [&]<class Member>(Member& member) {
        for (const std::string_view pair : split(text.substr(colon + 1), ',')) {
          const std::size_t equals = pair.find('=');
          if (equals == std::string_view::npos)
            throw usage_error("option-value", in_quotes(std::string(pair)) + " is not key=value",
                              std::string("write ") + member.name + ":key=value,key=value");
          visit_field<Member>(pair.substr(0, equals), [&](const auto& field) {
            parse_value(pair.substr(equals + 1), member.*field.member, field.range);
          });
        }
      },
      family);
  return family;
}

template <class T>
void parse_value(std::string_view text, T& value, const Range& range) {
  if constexpr (std::is_same_v<T, std::string>) {
    value = std::string(text);
  } else if constexpr (std::is_same_v<T, bool>) {
    if (text != "true" && text != "false")
      throw usage_error("option-value", in_quotes(std::string(text)) + " is neither true nor false");
    value = text == "true";
  } else if constexpr (std::is_floating_point_v<T>) {
    double number = 0;
    if (parse_double(text, number) != NumberText::number)
      throw usage_error("option-value", in_quotes(std::string(text)) + " is not a number");
    check_range(number, text, range);
    value = number;
  } else if constexpr (std::is_integral_v<T>) {
    const auto count = parse_count(text);
    if (!count)
      throw usage_error("option-value", in_quotes(std::string(text)) + " is not a whole number",
                        "1000, 1e3 and 1k are the same");
    check_range(static_cast<double>(*count), text, range);
    value = static_cast<T>(*count);
  } else if constexpr (NamedEnum<T>) {
    std::vector<std::string> names;
    for (const auto& [candidate, name] : enum_names(T{})) {
      if (name == text) {
        value = candidate;
        return;
      }
      names.emplace_back(name);
    }
    throw usage_error("unknown-name", "unknown name " + in_quotes(std::string(text)),
                      suggestion(text, names));
  } else if constexpr (IsOptional<T>::value) {
    typename T::value_type inner{};
    parse_value(text, inner, range);
    value = std::move(inner);
  } else if constexpr (IsVector<T>::value) {
    value.clear();
    if (text.empty()) return;
    for (const std::string& piece : split_list(text, Family<typename T::value_type>)) {
      typename T::value_type element{};
      parse_value(piece, element, range);
      value.push_back(std::move(element));
    }
  } else {
    static_assert(Family<T>, "a described member has a type that has no text form");
    value = parse_family<T>(text);
  }
}

template <class T>
std::string print_value(const T& value) {
  if constexpr (std::is_same_v<T, std::string>) {
    return value;
  } else if constexpr (std::is_same_v<T, bool>) {
    return value ? "true" : "false";
  } else if constexpr (std::is_floating_point_v<T>) {
    return shortest(value);
  } else if constexpr (std::is_integral_v<T>) {
    return std::to_string(value);
  } else if constexpr (NamedEnum<T>) {
    for (const auto& [candidate, name] : enum_names(T{}))
      if (candidate == value) return name;
    return {};
  } else if constexpr (IsOptional<T>::value) {
    return value ? print_value(*value) : std::string();
  } else if constexpr (IsVector<T>::value) {
    std::vector<std::string> pieces;
    for (const auto& element : value) pieces.push_back(print_value(element));
    return joined(pieces, ",");
  } else {
    static_assert(Family<T>, "a described member has a type that has no text form");
    return std::visit(
        []<class Member>(const Member& member) {
          std::string text = member.name;
          char separator = ':';
          for_each_field<Member>([&](const auto& field) {
            text += separator + std::string(field.name) + '=' + print_value(member.*field.member);
            separator = ',';
          });
          return text;
        },
        value);
  }
}

}  // namespace fm
