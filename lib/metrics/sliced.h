// Sliced Wasserstein distance: optimal transport of projections on lines. Source: Bonneel, Rabin, Peyre and
// Pfister 2015, "Sliced and Radon Wasserstein barycenters of measures".
#pragma once

#include <cstdint>

#include "core/types.h"

namespace fm {

/// Unit vectors (D, K), uniform on the sphere: direction k is a function of (seed, k) alone.
Points random_directions(Index dim, Index count, std::uint64_t seed);

/// sqrt(mean over k of W2^2 of the projections on direction k); x (D, n), y (D, m), n, m >= 1, equal or not;
/// directions (D, K). Cost O(K ((n + m) D + n log n + m log m)).
double sliced_w2(PointsIn x, PointsIn y, PointsIn directions);

/// The same between the two parts of `points` (D, N) for each column of `labels` (N, P): 1 marks a point of
/// the first part, 0 of the second, at least one of each. Projections are sorted once for all columns. Cost
/// O(K N (D + log N + P)).
Vector sliced_w2s(PointsIn points, const Points& labels, PointsIn directions);

}  // namespace fm
