#include "cli/completion.h"

#include <algorithm>

#include "core/version.h"

namespace fm {

namespace {

std::string head(const std::string& shell, const Tool& tool) {
  return "# Completions of " + tool.name + " for " + shell + ", printed by " + tool.name +
         " --help=" + shell + " of flowmatch " + std::string(version) + ".\n";
}

std::string with_escapes(const std::string& text, std::string_view special, const std::string& before) {
  std::string out;
  for (const char c : text) out += (special.find(c) != special.npos ? before : "") + c;
  return out;
}

/// In single quotes, for bash and zsh.
std::string in_single_quotes(const std::string& text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

/// "_fm_data_check" for "fm-data check".
std::string function_name(const Tool& tool) {
  std::string name = "_" + tool.name;
  std::replace_if(
      name.begin(), name.end(), [](char c) { return c == '-' || c == ' '; }, '_');
  return name;
}

/// Tools that a first word makes of `tool`.
std::vector<Chapter> others_of(const Tool& tool) {
  return tool.others ? tool.others() : std::vector<Chapter>{};
}

/// The word that makes it: "check" of "fm-data check".
std::string word_of(const Tool& tool) {
  return tool.name.substr(tool.name.find(' ') + 1);
}

std::vector<std::string> flags_of(const Option& option) {
  std::vector<std::string> flags;
  if (option.letter) flags.push_back(std::string("-") + option.letter);
  flags.push_back(flag_of(option.name));
  return flags;
}

/// A word with what it means, "" where nothing is said of it.
struct Word {
  std::string text, meaning;
};

/// What may stand behind the flag: the names of its members.
std::vector<Word> values_of(const Option& option) {
  std::vector<Word> words;
  for (std::size_t k = 0; k < option.members.size(); ++k) {
    words.push_back({option.members[k], ""});
    if (k < option.choices.size())
      words[k].meaning = option.choices[k].substr(option.choices[k].find('\t') + 1);
  }
  return words;
}

/// What may stand without a flag: members of a positional family, and the words that make other tools.
std::vector<Word> positionals_of(const Chapter& chapter) {
  std::vector<Word> words;
  for (const Option& option : chapter.options)
    if (option.positional)
      for (Word& word : values_of(option)) words.push_back(std::move(word));
  for (const Chapter& other : others_of(chapter.tool))
    words.push_back({word_of(other.tool), other.tool.summary});
  return words;
}

std::string texts_of(const std::vector<Word>& words) {
  std::vector<std::string> texts;
  for (const Word& word : words) texts.push_back(word.text);
  return joined(texts, " ");
}

// bash

/// "    --metric) words='w2 energy' ;;": what is offered behind a flag.
std::string bash_case(const Option& option) {
  std::string out = "    " + joined(flags_of(option), "|") + ") ";
  if (!option.bare.empty()) out += "[[ $cur == -* ]] || ";
  out += "words=" + in_single_quotes(texts_of(values_of(option)));
  if (option.is_list) out += " list=1";
  return out + " ;;\n";
}

std::string bash_function(const Chapter& chapter) {
  std::string out = function_name(chapter.tool) + "() {\n";
  std::string words;
  for (const Chapter& other : others_of(chapter.tool))
    words += "    " + word_of(other.tool) + ") " + function_name(other.tool) + "; return ;;\n";
  if (!words.empty()) out += "  ((COMP_CWORD > 1)) && case ${COMP_WORDS[1]} in\n" + words + "  esac\n";
  out +=
      "  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} words= list= before=\n"
      "  COMPREPLY=()\n"
      "  if [[ $cur == = ]]; then cur=; elif [[ $prev == = ]]; then prev=${COMP_WORDS[COMP_CWORD-2]}; fi\n"
      "  case $prev in\n";
  std::vector<std::string> flags, plain;
  for (const Option& option : chapter.options) {
    const auto names = flags_of(option);
    flags.insert(flags.end(), names.begin(), names.end());
    if (!option.members.empty())
      out += bash_case(option);
    else if (!option.value.empty())
      plain.insert(plain.end(), names.begin(), names.end());
  }
  if (!plain.empty()) out += "    " + joined(plain, "|") + ") return ;;  # a file, by default\n";
  out +=
      "  esac\n  if [[ -z $words && $cur == -* ]]; then\n    words=" + in_single_quotes(joined(flags, " ")) +
      "\n";
  const auto positionals = positionals_of(chapter);
  if (!positionals.empty())
    out += "  elif [[ -z $words ]]; then\n    words=" + in_single_quotes(texts_of(positionals)) + "\n";
  return out +
         "  fi\n"
         "  [[ $list && $cur == *,* ]] && before=${cur%,*},\n"
         "  [[ $list ]] && compopt -o nospace 2> /dev/null\n"
         "  COMPREPLY=($(compgen -P \"$before\" -W \"$words\" -- \"${cur#\"$before\"}\"))\n"
         "}\n";
}

// zsh

/// Text within [brackets] or between colons of a specification of _arguments.
std::string zsh_text(const std::string& text) {
  return with_escapes(text, "[]:\\", "\\");
}

/// A function that completes words with their meanings, else files.
std::string zsh_words(const std::string& name, const std::vector<Word>& words) {
  std::string out = name + "() {\n  local -a words_known=(\n";
  for (const Word& word : words) {
    const std::string meaning = word.meaning.empty() ? "" : ":" + word.meaning;
    out += "    " + in_single_quotes(with_escapes(word.text, ":\\", "\\") + meaning) + "\n";
  }
  return out + "  )\n  _describe -t names name words_known\n}\n";
}

/// What completes the value of an option; families by the function of their own.
std::string zsh_action(const Chapter& chapter, const Option& option) {
  if (option.members.empty()) return "_files";
  const std::string names = joined(option.members, " ");
  if (option.is_list) return "_sequence compadd - " + names;
  return option.choices.empty() ? "(" + names + ")" : function_name(chapter.tool) + "_" + option.name;
}

std::string zsh_option(const Chapter& chapter, const Option& option) {
  const bool takes_value = !option.value.empty();
  std::vector<std::string> names = flags_of(option);
  const std::string excluded = option.accumulates ? "*" : "(" + joined(names, " ") + ")";
  std::string rest = "[" + zsh_text(option.help) + "]";
  if (takes_value)
    rest += (option.bare.empty() ? ":" : "::") + zsh_text(option.value) + ":" + zsh_action(chapter, option);
  std::string out = "    ";
  if (names.size() == 1) return out + in_single_quotes(excluded + names[0] + (takes_value ? "=" : "") + rest);
  return out + in_single_quotes(excluded) + "{" + names[0] + (takes_value ? "+" : "") + "," + names[1] +
         (takes_value ? "=" : "") + "}" + in_single_quotes(rest);
}

std::string zsh_function(const Chapter& chapter) {
  const std::string name = function_name(chapter.tool);
  std::string out;
  for (const Option& option : chapter.options)
    if (!option.choices.empty() && !option.is_list)
      out += zsh_words(name + "_" + option.name, values_of(option));
  const auto positionals = positionals_of(chapter);
  if (!positionals.empty()) out += zsh_words(name + "_first", positionals);
  out += name + "() {\n";
  std::string words;
  for (const Chapter& other : others_of(chapter.tool))
    words += "    " + word_of(other.tool) + ") shift words; ((CURRENT--)); " + function_name(other.tool) +
             "; return ;;\n";
  if (!words.empty()) out += "  ((CURRENT > 2)) && case $words[2] in\n" + words + "  esac\n";
  out += "  _arguments -s -S \\\n";
  for (const Option& option : chapter.options) out += zsh_option(chapter, option) + " \\\n";
  if (!positionals.empty()) out += "    " + in_single_quotes("1:name:" + name + "_first") + " \\\n";
  return out + "    '*:file:_files'\n}\n";
}

// fish

/// In the single quotes of fish, where backslash and quote are escaped.
std::string in_fish_quotes(const std::string& text) {
  return "'" + with_escapes(text, "\\'", "\\") + "'";
}

/// Words with their meanings, as -a takes them.
std::string fish_words(const std::vector<Word>& words) {
  std::vector<std::string> texts;
  for (const Word& word : words)
    texts.push_back(word.meaning.empty() ? word.text : word.text + "\\t" + in_fish_quotes(word.meaning));
  return in_fish_quotes(joined(texts, " "));
}

std::string fish_option(const std::string& start, const Option& option) {
  std::string out = start;
  if (option.letter) out += std::string(" -s ") + option.letter;
  out += " -l " + flag_of(option.name).substr(2);
  if (option.is_list && !option.members.empty())
    out += " -x -a " +
           in_fish_quotes("(__fish_complete_list , 'printf %s\\\\n " + joined(option.members, " ") + "')");
  else if (!option.members.empty())
    out += (option.bare.empty() ? " -x -a " : " -f -a ") + fish_words(values_of(option));
  else if (!option.value.empty())
    out += " -r -F";
  return out + " -d " + in_fish_quotes(option.help) + "\n";
}

std::string fish_chapter(const Chapter& chapter, const std::string& start) {
  std::string out;
  const auto positionals = positionals_of(chapter);
  if (!positionals.empty()) out += start + " -a " + fish_words(positionals) + "\n";
  for (const Option& option : chapter.options) out += fish_option(start, option);
  return out;
}

}  // namespace

std::string bash_completion(const Chapter& chapter) {
  std::string out = head("bash", chapter.tool);
  for (const Chapter& other : others_of(chapter.tool)) out += bash_function(other);
  return out + bash_function(chapter) + "complete -o default -F " + function_name(chapter.tool) + " " +
         chapter.tool.name + "\n";
}

std::string zsh_completion(const Chapter& chapter) {
  std::string out = "#compdef " + chapter.tool.name + "\n" + head("zsh", chapter.tool);
  for (const Chapter& other : others_of(chapter.tool)) out += zsh_function(other);
  return out + zsh_function(chapter) + function_name(chapter.tool) + " \"$@\"\n";
}

std::string fish_completion(const Chapter& chapter) {
  const std::string start = "complete -c " + chapter.tool.name;
  std::vector<std::string> words;
  for (const Chapter& other : others_of(chapter.tool)) words.push_back(word_of(other.tool));
  std::string out = head("fish", chapter.tool);
  if (words.empty()) return out + fish_chapter(chapter, start);
  out += fish_chapter(chapter, start + " -n 'not __fish_seen_subcommand_from " + joined(words, " ") + "'");
  for (const Chapter& other : others_of(chapter.tool))
    out += fish_chapter(other, start + " -n '__fish_seen_subcommand_from " + word_of(other.tool) + "'");
  return out;
}

}  // namespace fm
