#include "cli/man_page.h"

#include <algorithm>
#include <cctype>

#include "cli/help.h"
#include "core/version.h"

namespace fm {

namespace {

/// `text` as roff prints it: backslashes and minus signs as they are, no line of it a request, and long lists
/// may be broken after their commas.
std::string roff(const std::string& text) {
  std::string out = text.starts_with('.') || text.starts_with('\'') ? "\\&" : "";
  for (const char c : text)
    if (c == '\\')
      out += "\\e";
    else if (c == '-')
      out += "\\-";
    else
      out += c == ',' ? std::string(",\\:") : std::string(1, c);
  return out;
}

std::string bold(const std::string& text) {
  return "\\fB" + roff(text) + "\\fR";
}

std::string capitals(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return text;
}

/// A request with one argument, in quotes: ".SH \"EXIT STATUS\"".
std::string request(const std::string& name, std::string argument) {
  std::replace(argument.begin(), argument.end(), '"', '\'');
  return "." + name + " \"" + roff(argument) + "\"\n";
}

std::string entry(const std::string& term, const std::string& text) {
  return ".TP\n" + term + "\n" + roff(text) + "\n";
}

std::string option_entry(const Option& option) {
  std::string term = option.letter ? bold(std::string("-") + option.letter) + ", " : "";
  term += bold(flag_of(option.name));
  const std::string value = shown_value(option);
  if (!value.empty()) term += " \\fI" + roff(value.substr(1)) + "\\fR";
  return entry(term, option.help + (option.default_text.empty() ? "" : " [" + option.default_text + "]"));
}

/// Each way to call a tool on a line of its own.
std::string usage(const Tool& tool) {
  std::string out;
  for (const std::string_view line : split(tool.usage, '\n'))
    out += (out.empty() ? "" : ".br\n") + bold(std::string(trimmed(line))) + "\n";
  return out;
}

std::string paragraphs(const std::vector<std::string>& texts) {
  std::string out;
  for (const std::string& text : texts) out += (out.empty() ? "" : ".PP\n") + roff(text) + "\n";
  return out;
}

std::string choices(const Option& option) {
  std::string out = request("SS", "Choices of " + flag_of(option.name));
  for (const std::string& choice : option.choices) {
    const std::size_t tab = choice.find('\t');
    out += entry(bold(choice.substr(0, tab)), choice.substr(tab + 1));
  }
  return out;
}

std::string options_of_chapter(const Chapter& chapter) {
  std::string out;
  for (const std::string& group : groups_of(chapter.options)) {
    out += request("SS", group);
    for (const Option& option : chapter.options)
      if (option.group == group) out += option_entry(option);
  }
  for (const Option& option : chapter.options)
    if (!option.choices.empty()) out += choices(option);
  return out;
}

std::string example(const std::string& text) {
  const std::size_t mark = text.find(" # ");
  std::string out = ".TP\n" + bold(text.substr(0, mark)) + "\n";
  return out + (mark == std::string::npos ? "\\&" : roff(text.substr(mark + 3))) + "\n";
}

std::string examples(const Tool& tool) {
  std::string out;
  for (const std::string& text : tool.examples) out += example(text);
  return out;
}

/// A tool that a first word makes of the one before it, as a section of its page.
std::string section(const Chapter& chapter) {
  const Tool& tool = chapter.tool;
  std::string out =
      request("SH", capitals(tool.name)) + roff(tool.name + " " + tool.summary) + ".\n.PP\n" + usage(tool);
  if (!tool.notes.empty()) out += ".PP\n" + paragraphs(tool.notes);
  return out + options_of_chapter(chapter) + request("SS", "Examples of " + tool.name) + examples(tool);
}

}  // namespace

std::string man_page(const Chapter& chapter) {
  const Tool& tool = chapter.tool;
  std::string out = ".TH " + roff(capitals(tool.name)) + " 1 \"\" \"flowmatch " + std::string(version) +
                    "\" \"flowmatch\"\n.ad l\n.nh\n";
  out += request("SH", "NAME") + roff(tool.name) + " \\- " + roff(tool.summary) + "\n";
  out += request("SH", "SYNOPSIS") + usage(tool);
  out += request("SH", "DESCRIPTION") + roff(tool.name + " " + tool.summary) + ".\n";
  if (!tool.notes.empty()) out += ".PP\n" + paragraphs(tool.notes);
  out += request("SH", "OPTIONS") + options_of_chapter(chapter);
  if (tool.others)
    for (const Chapter& other : tool.others()) out += section(other);
  out += request("SH", "EXAMPLES") + examples(tool);
  out += request("SH", "EXIT STATUS");
  for (const auto& [code, meaning] : exit_meanings()) out += entry(bold(std::to_string(code)), meaning);
  out += request("SH", "SEE ALSO") + bold("flowmatch-errors") + "(7)\n";
  return out;
}

}  // namespace fm
