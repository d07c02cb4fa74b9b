// The auction for masses: prices near those of an optimal plan. A row bids for as many units of its best
// column as it lacks, and takes them from the free ones and from those who bid least. Sources: Bertsekas and
// Castanon 1989, "The auction algorithm for the transportation problem"; Merigot 2011, "A multiscale approach
// to optimal transport".
#pragma once

#include "ot/masses.h"
#include "ot/priced_blocks.h"
#include "ot/short_lists.h"

namespace fm {

/// Lowers the prices of `columns`, which belong to the columns of `problem`, to near those of an optimal
/// plan; `lists` are those of its rows, none made yet. Prices are right to a tenth of the typical step
/// between the two best columns of a row, but for what a war of prices leaves to the exact method. Auctions
/// of coarser problems come first, four points as one.
void auction_prices(const MassProblem& problem, CostPower power, PricedBlocks& columns, ShortLists& lists);

}  // namespace fm
