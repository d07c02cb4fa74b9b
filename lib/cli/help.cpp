#include "cli/help.h"

#include <algorithm>

#include "cli/completion.h"
#include "cli/man_page.h"

namespace fm {

namespace {

constexpr std::size_t help_column = 30;  // where the explanations start
constexpr std::size_t page_width = 100;

/// Appends `text` word by word from `column` on, breaking lines before `page_width` and indenting them to
/// `indent`.
void append_wrapped(std::string& out, const std::string& text, std::size_t column, std::size_t indent) {
  bool first = true;
  for (const std::string_view word : split(text, ' ')) {
    if (!first && column + 1 + word.size() > page_width) {
      out += "\n" + std::string(indent, ' ');
      column = indent;
    } else if (!first) {
      out += ' ';
      ++column;
    }
    out += word;
    column += word.size();
    first = false;
  }
  out += '\n';
}

/// "LEFT      explanation", the explanation on a line of its own where LEFT is long.
void append_entry(std::string& out, std::string left, const std::string& text, std::size_t indent) {
  if (left.size() + 2 > indent)
    left += "\n" + std::string(indent, ' ');
  else
    left.resize(indent, ' ');
  out += left;
  append_wrapped(out, text, indent, indent);
}

void append_option(std::string& out, const Option& option) {
  std::string left = option.letter ? std::string("  -") + option.letter + ", " : std::string("      ");
  left += flag_of(option.name) + shown_value(option);
  std::string text = option.help;
  if (!option.default_text.empty()) text += " [" + option.default_text + "]";
  append_entry(out, left, text, help_column);
}

}  // namespace

std::string shown_value(const Option& option) {
  if (option.value.empty()) return {};
  return option.bare.empty() ? " " + option.value : " [" + option.value + "]";
}

std::vector<std::string> groups_of(const std::vector<Option>& options) {
  std::vector<std::string> groups;
  for (const Option& option : options)
    if (std::find(groups.begin(), groups.end(), option.group) == groups.end()) groups.push_back(option.group);
  return groups;
}

std::string help_text(const Chapter& chapter) {
  const auto& [tool, options] = chapter;
  std::string out = tool.name + ": " + tool.summary + "\n\nUsage: " + tool.usage + "\n\nExamples:\n";
  for (const std::string& example : tool.examples) {
    const std::size_t mark = example.find(" # ");
    out += "  " + example.substr(0, mark) + "\n";
    if (mark != std::string::npos) out += "      " + example.substr(mark + 3) + "\n";
  }
  for (const std::string& group : groups_of(options)) {
    out += "\n" + group + ":\n";
    for (const Option& option : options)
      if (option.group == group) append_option(out, option);
  }
  for (const Option& option : options) {
    if (option.choices.empty()) continue;
    out += "\nChoices of " + flag_of(option.name) + " (with their parameters' defaults):\n";
    for (const std::string& choice : option.choices) {
      const std::size_t tab = choice.find('\t');
      append_entry(out, "  " + choice.substr(0, tab), choice.substr(tab + 1), help_column);
    }
  }
  for (const std::string& note : tool.notes) {
    out += '\n';
    append_wrapped(out, note, 0, 0);
  }
  return out;
}

std::string help_in_form(const std::string& form, const Chapter& chapter) {
  HelpForm chosen = HelpForm::text;
  try {
    if (form != "true") parse_value(form, chosen);
  } catch (const Error& error) {
    throw usage_error(error.id(), std::string("--help: ") + error.what(), error.hint());
  }
  switch (chosen) {
    case HelpForm::text:
      return help_text(chapter);
    case HelpForm::man:
      return man_page(chapter);
    case HelpForm::bash:
      return bash_completion(chapter);
    case HelpForm::zsh:
      return zsh_completion(chapter);
    case HelpForm::fish:
      return fish_completion(chapter);
  }
  return {};
}

}  // namespace fm
