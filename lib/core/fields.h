// Described structs: a plain struct lists its members once, with name, help and bounds, in a static
// `fields()`. Options, help, JSON, config files and the grammar of families are all read from that list.
//
//   struct Polynomial {
//     static constexpr auto name = "polynomial";
//     static constexpr auto summary = "alpha = t^power, sigma = 1 - t^power";
//     double power = 3;                                         // the initialiser is the default
//     static constexpr auto fields() { return std::tuple{field("power", &Polynomial::power, "exponent",
//     above(0))}; }
//   };
#pragma once

#include <limits>
#include <string>
#include <tuple>

namespace fm {

/// Interval that a number must lie in.
struct Range {
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
  bool low_open = false;
  bool high_open = false;

  /// False for NaN and infinities.
  constexpr bool contains(double x) const {
    constexpr double largest = std::numeric_limits<double>::max();
    return x >= -largest && x <= largest && (low_open ? x > low : x >= low) &&
           (high_open ? x < high : x <= high);
  }
  constexpr bool bounded() const {
    return low > -std::numeric_limits<double>::infinity() || high < std::numeric_limits<double>::infinity();
  }
  /// "> 0", ">= 1", "in [0, 1)".
  std::string text() const;
};
constexpr Range at_least(double low) {
  return {.low = low};
}
constexpr Range above(double low) {
  return {.low = low, .low_open = true};
}
constexpr Range between(double low, double high) {
  return {.low = low, .high = high};
}
constexpr Range from_below(double low, double high) {
  return {.low = low, .high = high, .high_open = true};
}

/// One described member.
template <class Struct, class Type>
struct Field {
  const char* name;  ///< snake_case, as in JSON; the flag is its kebab-case
  Type Struct::*member;
  const char* help;
  Range range = {};
  char letter = 0;                   ///< one-letter flag, 0 for none
  const char* value = nullptr;       ///< what help shows for the value, e.g. "FILE"; by default the type's
  bool stored = true;                ///< changes the result, so it is kept in model files
  const char* group = "";            ///< heading in help
  bool is_positional = false;        ///< also taken from the command line without a flag
  const char* bare_value = nullptr;  ///< what the flag means without a value; none: it must have one
  bool accumulates = false;          ///< a list: each time the flag is given adds one element, as it stands

  constexpr Field flag(char c) const {
    Field copy = *this;
    copy.letter = c;
    return copy;
  }
  constexpr Field shown_as(const char* text) const {
    Field copy = *this;
    copy.value = text;
    return copy;
  }
  /// Does not change the result: never stored in a model.
  constexpr Field unstored() const {
    Field copy = *this;
    copy.stored = false;
    return copy;
  }
  constexpr Field positional() const {
    Field copy = *this;
    copy.is_positional = true;
    return copy;
  }
  /// The flag may stand without a value and then means `text`; for an optional family.
  constexpr Field bare(const char* text) const {
    Field copy = *this;
    copy.bare_value = text;
    return copy;
  }
  /// A list whose flag is repeated, once for each element, which may hold commas.
  constexpr Field repeated() const {
    Field copy = *this;
    copy.accumulates = true;
    return copy;
  }
  constexpr Field in(const char* heading) const {
    Field copy = *this;
    copy.group = heading;
    return copy;
  }
};

template <class Struct, class Type>
constexpr auto field(const char* name, Type Struct::*member, const char* help, Range range = {}) {
  return Field<Struct, Type>{name, member, help, range};
}

template <class T>
concept Described = requires {
  T::fields();
};

/// Calls visit(field) for each field of the described struct T, in order.
template <Described T, class Visitor>
constexpr void for_each_field(Visitor&& visit) {
  std::apply([&](const auto&... field) { (visit(field), ...); }, T::fields());
}

}  // namespace fm
