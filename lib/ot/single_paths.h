// Shortest augmenting paths in single precision, many at once.
#pragma once

#include "ot/single_assignment.h"

namespace fm {

/// Gives the free rows columns, by searches that look at eight rows at once: at those whose columns are
/// within `stride` of the nearest. Each row has its best column up to rounding before and after. Ends after
/// as many searches as there are free rows at most; a search that has to look at a row again does so only
/// when it has become nearer.
void augment_in_single(const SingleCosts& costs, float stride, std::vector<std::int32_t> free_rows,
                       SingleAssignment& found);

}  // namespace fm
