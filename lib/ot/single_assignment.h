// An assignment in single precision, optimal but for rounding: prices by an auction whose phases end while a
// few rows are still without a column, a pass or two without increments, then shortest augmenting paths from
// all free rows at once. Sources: Bertsekas 1988 (auctions), Jonker and Volgenant 1987 (paths), Hopcroft and
// Karp 1973 (many disjoint paths from one search).
#pragma once

#include <optional>
#include <vector>

#include "ot/single_costs.h"

namespace fm {

struct SingleAssignment {
  std::vector<Index> to;      ///< (n), row i goes with column to_i
  std::vector<Index> owner;   ///< (n), and column j with row owner_j
  std::vector<float> offset;  ///< (stride) of columns
  float window;               ///< values this near to a row's best are more than rounding, and few
};

/// n >= 2. Nothing where single precision cannot tell near columns apart, or, unless `ties` are welcome,
/// where the two best columns of a typical row cost the same.
std::optional<SingleAssignment> assign_in_single(const SingleCosts& costs, bool ties);

}  // namespace fm
