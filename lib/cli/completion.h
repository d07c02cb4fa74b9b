// Completions for shells, laid out from the same options as a tool's help: flags, the members of families and
// the values of enums behind them, files elsewhere.
#pragma once

#include <string>

#include "cli/tool.h"

namespace fm {

/// For a file in bash-completion/completions, named like the tool; needs nothing of the bash-completion
/// package.
std::string bash_completion(const Chapter& chapter);
/// For a file in a folder of zsh's fpath, named _TOOL.
std::string zsh_completion(const Chapter& chapter);
/// For a file in fish/vendor_completions.d, named TOOL.fish.
std::string fish_completion(const Chapter& chapter);

}  // namespace fm
