#include "cli/options.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <deque>
#include <filesystem>

namespace fm {

std::string flag_of(const std::string& name) {
  std::string flag = "--" + name;
  std::replace(flag.begin() + 2, flag.end(), '_', '-');
  return flag;
}

std::string CommandLine::text_of(const std::string& name) const {
  for (const Setting& setting : settings)
    if (setting.option->name == name) return setting.texts.back();
  return {};
}

bool CommandLine::has(const std::string& name) const {
  return std::any_of(settings.begin(), settings.end(),
                     [&](const Setting& s) { return s.option->name == name; });
}

namespace {

constexpr int most_files = 1 << 20;  // more than a command line holds

/// What CLI11 fills for one option; all that was given are `given->results()`.
struct Slot {
  const Option* option;
  std::string text;
  CLI::Option* given = nullptr;
};

[[noreturn]] void unknown_argument(const std::vector<Option>& options, const std::string& argument) {
  if (argument.size() < 2 || argument.front() != '-')
    throw usage_error("extra-argument", "unexpected argument " + in_quotes(argument),
                      "see --help for the usage");
  const std::string flag = argument.substr(0, argument.find('='));
  std::vector<std::string> flags;
  for (const Option& option : options) flags.push_back(flag_of(option.name));
  const auto near = nearest(flag, flags);
  throw usage_error("unknown-option", "unknown option " + in_quotes(flag),
                    near ? "did you mean \"" + *near + "\"?" : "see --help for all options");
}

/// CLI11 reads "--flag=" as a flag whose value is the next argument.
void refuse_flags_cut_short(const std::vector<Option>& options, int argc, const char* const* argv) {
  for (int i = 1; i < argc && std::string_view(argv[i]) != "--"; ++i) {
    const std::string_view argument = argv[i];
    if (!argument.starts_with("--") || argument.find('=') != argument.size() - 1) continue;
    const std::string flag(argument.substr(0, argument.size() - 1));
    const bool takes_empty = std::any_of(options.begin(), options.end(), [&](const Option& option) {
      return option.takes_empty && flag_of(option.name) == flag;
    });
    throw usage_error("option-missing", in_quotes(flag + "=") + " has no value",
                      takes_empty ? "an unset variable? an empty value on purpose is written " + flag + " ''"
                                  : "an unset variable? give a value, or leave " + flag + " out");
  }
}

/// An empty value would switch off what was asked for.
void refuse_empty_values(const CommandLine& line) {
  for (const auto& [option, texts] : line.settings) {
    if (option->takes_empty || std::find(texts.begin(), texts.end(), "") == texts.end()) continue;
    throw usage_error("option-empty", flag_of(option->name) + ": the value is empty",
                      "an unset variable? give a value, or leave it out");
  }
}

/// Throws where the argument behind a flag that may stand alone is a slip for one of its members: no file is
/// called so.
void refuse_slip(const Option& option, const std::string& next) {
  const std::string name = next.substr(0, next.find(':'));
  const auto near = nearest(name, option.members);
  std::error_code unknown;  // as good as absent
  const bool file = next.find('/') != std::string::npos || std::filesystem::exists(next, unknown);
  if (!near || file || next.starts_with("-")) return;
  throw usage_error("unknown-name", flag_of(option.name) + ": unknown name " + in_quotes(name),
                    "did you mean " + in_quotes(*near) + "? a file of that name is written ./" + name);
}

/// The arguments in order, each flag that may stand alone joined with its value: "--flag=VALUE".
std::vector<std::string> joined_arguments(const std::vector<Option>& options, int argc,
                                          const char* const* argv) {
  std::vector<std::string> arguments(argv + 1, argv + argc), out;
  for (std::size_t k = 0; k < arguments.size(); ++k) {
    if (arguments[k] == "--") {
      out.insert(out.end(), arguments.begin() + static_cast<std::ptrdiff_t>(k), arguments.end());
      break;
    }
    out.push_back(arguments[k]);
    for (const Option& option : options) {
      if (option.bare.empty() || arguments[k] != flag_of(option.name)) continue;
      const std::string next = k + 1 < arguments.size() ? arguments[k + 1] : "";
      const bool named =
          std::count(option.members.begin(), option.members.end(), next.substr(0, next.find(':'))) > 0;
      if (!named) refuse_slip(option, next);
      out.back() += "=" + (named ? next : option.bare);
      k += named;
      break;
    }
  }
  return out;
}

}  // namespace

CommandLine parse_command_line(const std::vector<Option>& options, int argc, const char* const* argv) {
  refuse_flags_cut_short(options, argc, argv);
  CLI::App app;
  app.set_help_flag();
  app.allow_extras();
  std::deque<Slot> slots;  // CLI11 keeps references
  for (const Option& option : options) {
    Slot& slot = slots.emplace_back(Slot{&option, {}});
    std::string names = flag_of(option.name);
    if (option.letter) names += std::string(",-") + option.letter;
    if (option.positional) names += "," + option.name;
    if (option.value.empty()) {
      slot.given = app.add_flag(names, slot.text);  // "true", or what --switch=TEXT says
    } else {
      slot.given = app.add_option(names, slot.text)
                       ->multi_option_policy(option.accumulates ? CLI::MultiOptionPolicy::Join
                                                                : CLI::MultiOptionPolicy::TakeLast);
      if (option.positional && option.accumulates)
        slot.given->expected(1, most_files)->allow_extra_args();
      else if (option.positional)
        slot.given->expected(1)->multi_option_policy(CLI::MultiOptionPolicy::Throw);
    }
  }
  try {
    auto arguments = joined_arguments(options, argc, argv);
    std::reverse(arguments.begin(), arguments.end());  // CLI11 takes them from the back
    app.parse(std::move(arguments));
  } catch (const CLI::ArgumentMismatch& error) {
    throw usage_error("option-missing", error.what(), "see --help for the usage");
  } catch (const CLI::Error& error) {
    throw usage_error("usage", error.what());
  }
  auto extras = app.remaining();
  std::erase(extras, "--");  // CLI11 leaves the separator itself among them
  if (!extras.empty()) {
    const auto flag =
        std::find_if(extras.begin(), extras.end(), [](const auto& text) { return text.starts_with("-"); });
    unknown_argument(options, flag == extras.end() ? extras.front() : *flag);
  }
  CommandLine line;
  for (const Slot& slot : slots) {
    if (slot.given->count() == 0) continue;
    const bool all = slot.option->accumulates;
    line.settings.push_back({slot.option, all ? slot.given->results() : std::vector{slot.text}});
  }
  refuse_empty_values(line);
  return line;
}

void apply(const CommandLine& line) {
  for (const CommandLine::Setting& setting : line.settings) {
    try {
      setting.option->set(setting.texts);
    } catch (const Error& error) {
      throw usage_error(error.id(), flag_of(setting.option->name) + ": " + error.what(), error.hint());
    }
  }
}

}  // namespace fm
