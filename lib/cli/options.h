// Command-line options made from a described struct: flag, letter, help, default and bounds all come from its
// fields().
#pragma once

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include "core/value.h"

namespace fm {

/// One option with its type erased. `set` parses the text given, or the elements of a list that accumulates,
/// into the member and throws usage errors that do not yet name the option.
struct Option {
  std::string name;   ///< snake_case; the flag is its kebab-case
  char letter = 0;    ///< one-letter flag, 0 for none
  std::string value;  ///< what help shows for the value; "" marks a switch
  std::string help;
  std::string default_text;  ///< "" if the default is empty
  std::string group;         ///< heading in help
  bool positional = false;
  std::vector<std::string> choices;  ///< choices_of() a family
  std::vector<std::string> members;  ///< names of the members of a family, or of the values of an enum
  bool is_list = false;              ///< elements are separated by commas
  std::string bare;                  ///< value of the flag when it stands alone; "" if it may not
  bool accumulates = false;          ///< a list: each time the option is given adds an element
  bool takes_empty = false;          ///< "" is a value: a list of no elements, or of the empty word
  std::function<void(const std::vector<std::string>&)> set;
};

/// "batch_size" is --batch-size.
std::string flag_of(const std::string& name);

/// What help shows for a value of type T.
template <class T>
std::string value_name() {
  if constexpr (std::is_same_v<T, bool>)
    return "";
  else if constexpr (NamedEnum<T>) {
    std::vector<std::string> names;
    for (const auto& [value, name] : enum_names(T{})) names.emplace_back(name);
    return joined(names, "|");
  } else if constexpr (Family<T>)
    return "NAME";
  else if constexpr (IsVector<T>::value)
    return "LIST";
  else if constexpr (IsOptional<T>::value)
    return value_name<typename T::value_type>();
  else if constexpr (std::is_floating_point_v<T>)
    return "X";
  else if constexpr (std::is_integral_v<T>)
    return "N";
  else
    return "TEXT";
}

/// What an option of type T is about: the type inside an optional value or a list.
template <class T>
struct Unwrapped {
  using type = T;
};
template <class T>
struct Unwrapped<std::optional<T>> {
  using type = T;
};
template <class T>
struct Unwrapped<std::vector<T>> {
  using type = T;
};

/// A line for each member of a family, "name:key=default\tsummary", and then for each member of a family that
/// is a parameter of one, "key=name:key=default\tsummary".
template <Family F>
std::vector<std::string> choices_of() {
  std::vector<std::string> choices, inner;
  for_each_member<F>([&]<class Member>(const Member& member) {
    choices.push_back(print_value(F(member)) + "\t" + member.summary);
    for_each_field<Member>([&]<class Struct, class Type>(const Field<Struct, Type>& field) {
      if constexpr (Family<Type>) {
        for (const std::string& choice : choices_of<Type>()) {
          const std::string line = std::string(field.name) + "=" + choice;
          if (std::find(inner.begin(), inner.end(), line) == inner.end()) inner.push_back(line);
        }
      }
    });
  });
  choices.insert(choices.end(), inner.begin(), inner.end());
  return choices;
}

/// The options of `target`, in the order of its fields; they hold references to it.
template <Described T>
std::vector<Option> options_of(T& target) {
  std::vector<Option> options;
  for_each_field<T>([&]<class Struct, class Type>(const Field<Struct, Type>& field) {
    Option option;
    option.name = field.name;
    option.letter = field.letter;
    option.value = field.value ? field.value : value_name<Type>();
    option.help = field.help;
    option.group = field.group;
    option.positional = field.is_positional;
    if constexpr (!std::is_same_v<Type, bool>) option.default_text = print_value(target.*field.member);
    if (field.bare_value) option.bare = field.bare_value;
    using Choice = typename Unwrapped<Type>::type;
    if constexpr (Family<Choice>) {
      option.choices = choices_of<Choice>();
      option.members = member_names<Choice>();
    } else if constexpr (NamedEnum<Choice>) {
      for (const auto& [value, name] : enum_names(Choice{})) option.members.emplace_back(name);
    }
    option.accumulates = field.accumulates;
    option.is_list = IsVector<Type>::value && !field.accumulates;
    // Lists of words as text, such as that of --na, hold the empty word where it counts.
    option.takes_empty = option.is_list || option.default_text.starts_with(",");
    option.set = [&target, field](const std::vector<std::string>& texts) {
      if constexpr (std::is_same_v<Type, std::vector<std::string>>) {
        if (field.accumulates) return void(target.*field.member = texts);
      }
      parse_value(texts.back(), target.*field.member, field.range);
    };
    options.push_back(std::move(option));
  });
  return options;
}

/// Whether a member of described options has another value than its default.
template <class Options, class Part, class Type>
bool is_changed(const Options& options, Type Part::*member) {
  return print_value(options.*member) != print_value(Part().*member);
}

/// Throws usage error `id` if an option of Part is not at its default, which would else have no effect: its
/// flag, then `why`.
template <Described Part>
void refuse_changed(const Part& options, const std::string& id, const std::string& why,
                    const std::string& hint = {}) {
  for_each_field<Part>([&](const auto& field) {
    if (is_changed(options, field.member)) throw usage_error(id, flag_of(field.name) + " " + why, hint);
  });
}

/// What a command line asks for, each value still text.
struct CommandLine {
  struct Setting {
    const Option* option;
    std::vector<std::string> texts;  ///< the last one given, or of an option that accumulates all
  };
  std::vector<Setting> settings;  ///< in the order of the options

  /// The text given for option `name`, or "" if it was not given.
  std::string text_of(const std::string& name) const;
  bool has(const std::string& name) const;
};

/// Splits argv into settings. A flag that may stand alone takes the next argument only if that names a member
/// of its family; a file of such a name is written ./NAME. Throws usage errors "unknown-option" (with the
/// nearest flag as hint), "option-missing" (a flag without its value), "option-empty" (a value is empty where
/// that means nothing), "unknown-name" (what follows a flag that may stand alone is near a member's name, and
/// no file) and "extra-argument".
CommandLine parse_command_line(const std::vector<Option>& options, int argc, const char* const* argv);

/// Applies the settings; errors name the flag.
void apply(const CommandLine& line);

}  // namespace fm
