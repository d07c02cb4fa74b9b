// Energy distance between two clouds, and the same statistic for many divisions of their union at once, which
// is what a permutation test asks for. Source: Szekely and Rizzo 2013, "Energy statistics: a class of
// statistics based on distances".
#pragma once

#include "core/types.h"
#include "metrics/pair_sums.h"

namespace fm {

/// 2 E|x-y| - E|x-x'| - E|y-y'|, not halved, no root; Euclidean; means over distinct pairs (U-statistics), so
/// that it is unbiased, centred on 0 for equal laws and then negative as often as not.
PairContrast energy_contrast();

/// It between the two parts of `points` (D, N) for each column of `labels` (N, P): 1 marks a point of the
/// first part, 0 of the second, at least two of each. Cost as pair_sums().
Vector energy_distances(PointsIn points, const Points& labels);

}  // namespace fm
