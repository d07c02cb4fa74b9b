// A table as a NumPy array, which holds its numbers and neither their digits nor names.
#pragma once

#include "cli/convert_table.h"

namespace fm {

/// Writes the selected columns, which must be numbers, row by row, in constant memory. Throws what
/// TableReader and TableWriter do.
int convert_to_array(const ConvertOptions& options, Session& session);

}  // namespace fm
