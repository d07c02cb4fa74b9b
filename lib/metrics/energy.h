// Energy distance between two clouds, and the same statistic for many divisions of their union at once, which
// is what a permutation test asks for. Source: Szekely and Rizzo 2013, "Energy statistics: a class of
// statistics based on distances".
#pragma once

#include "core/types.h"

namespace fm {

/// 2 E|x-y| - E|x-x'| - E|y-y'|, not halved, no root; Euclidean; means over distinct pairs (U-statistics), so
/// that it is unbiased, centred on 0 for equal laws and then negative as often as not. x (D, n), y (D, m), n,
/// m >= 2. Cost O((n + m)^2 D), memory O(n + m).
double energy_distance(PointsIn x, PointsIn y);

/// The energy distances between the two parts of `points` (D, N) for each column of `labels` (N, P): 1 marks
/// a point of the first part, 0 of the second, at least two of each. Cost O(N^2 (D + P) / 2), memory O(N P).
Vector energy_distances(PointsIn points, const Points& labels);

/// Those of x (D, n) and y (D, m) drawn again: see redrawn_contrasts() of pair_sums.h.
Vector redrawn_energies(PointsIn x, const Points& a, PointsIn y, const Points& b);

}  // namespace fm
