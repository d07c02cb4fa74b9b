// Shortest augmenting paths for masses, from any prices: the exact part of exact transport. Source: Ahuja,
// Magnanti and Orlin 1993, "Network flows", section 9.7.
#pragma once

#include <vector>

#include "ot/masses.h"
#include "ot/priced_blocks.h"
#include "ot/short_lists.h"

namespace fm {

/// What each column of `problem` holds of each row in an optimal plan. `columns` have the prices to begin
/// from, and those of an optimal dual afterwards; `lists` are those of the rows of `problem`.
std::vector<std::vector<Holding>> shortest_paths(const MassProblem& problem, PricedBlocks& columns,
                                                 ShortLists& lists);

}  // namespace fm
