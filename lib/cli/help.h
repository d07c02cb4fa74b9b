// What a tool says of itself, laid out from its options: text for a terminal, a man page, completions for
// shells.
#pragma once

#include <array>
#include <string>
#include <utility>

#include "cli/tool.h"

namespace fm {

enum class HelpForm { text, man, bash, zsh, fish };
constexpr auto enum_names(HelpForm) {
  return std::array{std::pair{HelpForm::text, "text"}, std::pair{HelpForm::man, "man"},
                    std::pair{HelpForm::bash, "bash"}, std::pair{HelpForm::zsh, "zsh"},
                    std::pair{HelpForm::fish, "fish"}};
}

std::string help_text(const Chapter& chapter);

/// The form that --help=FORM names; "true", which a bare --help says, is text. Throws usage error
/// "unknown-name".
std::string help_in_form(const std::string& form, const Chapter& chapter);

/// Headings of the options, in the order of their first option.
std::vector<std::string> groups_of(const std::vector<Option>& options);

/// "batch_size" with its value as help shows it: " N", " [NAME]" of a flag that may stand alone, "" of a
/// switch.
std::string shown_value(const Option& option);

}  // namespace fm
