// The help text of a tool, laid out from its options.
#pragma once

#include <string>

#include "cli/tool.h"

namespace fm {

std::string help_text(const Tool& tool, const std::vector<Option>& options);

}  // namespace fm
