// The increments of the auctions of ot: how far a bid goes beyond the second best, from phase to phase.
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include "core/types.h"

namespace fm {

// Measured over uniform, normal, shifted, scaled, gridded, duplicated and clustered clouds in 2 and 50
// dimensions, n = 256 and 1024, as scans of rows in auction and exact method together: the first increment is
// a quarter of the typical cost (a hundredth doubles to quintuples the scans when the clouds have different
// scales), each is a fifth of the one before (an eighth: the same within a tenth), the last a tenth of the
// typical step between the two best columns of a row (all of it: up to twice the scans; a thirtieth: the
// same).
constexpr double first_increment = 1.0 / 4;
constexpr double shrinkage = 1.0 / 5;
constexpr double last_increment = 1.0 / 10;
/// Below this part of the typical cost, divided by n, an increment cannot matter; reached where ties make the
/// typical step zero.
constexpr double least_increment = 1e-3;
/// A phase that takes more than this many bids a row is a price war and is left to the exact method.
constexpr Index bids_a_row = 20;

/// Of values (n), n >= 1, which it reorders; the upper one of an even number.
inline double median(std::vector<double>& values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

}  // namespace fm
