// What rounding spoilt in an assignment found in single precision is mended in double: prices are lowered
// along the few pairs that are nearly as good as the chosen ones until each row has its best column, and
// where that never ends, because a cycle of pairs is cheaper than those chosen, the cycle is taken. All other
// pairs are known to be dearer by more than prices have fallen. Source: Bellman and Ford's search for
// negative cycles; Ahuja, Magnanti and Orlin 1993, section 5.5.
#pragma once

#include <optional>
#include <vector>

#include "ot/single_assignment.h"

namespace fm {

struct RepairedAssignment {
  std::vector<Index> to;  ///< (n)
  Vector u, v;            ///< (n), c_ij - u_i - v_j >= 0 up to rounding
};

/// Prices (n) in the unit of the doubles.
Vector exact_prices(const SingleCosts& costs, const SingleAssignment& found);

/// Nothing where too many pairs are nearly as good (grids, equal points) or rounding has spoilt more than the
/// window of `found` can mend. Cost about n^2 looks at pairs.
std::optional<RepairedAssignment> repair(const SingleCosts& costs, const SingleAssignment& found);

}  // namespace fm
