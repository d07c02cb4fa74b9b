// The manual page of a tool in the macros of man(7), laid out from the same options as its help.
#pragma once

#include <string>

#include "cli/tool.h"

namespace fm {

/// Section 1: name, synopsis, description, options by group, choices of families, the tools that a first word
/// makes of it, examples, exit status.
std::string man_page(const Chapter& chapter);

}  // namespace fm
