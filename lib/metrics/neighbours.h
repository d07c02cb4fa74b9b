// Nearest neighbours in a cloud by comparison of all pairs, with distances squared.
#pragma once

#include <vector>

#include "core/types.h"

namespace fm {

struct Neighbour {
  double squared = 0;  ///< |x_i - x_j|^2
  Index point = 0;     ///< j
};

/// Nearest first, ties by the points' order.
using NeighbourList = std::vector<Neighbour>;

/// The `count` nearest others of point i among `points` (D, N), all of them if they are fewer. Cost O(N D + N
/// log count).
NeighbourList neighbours_of(PointsIn points, Index i, Index count);

/// That of every point. Cost O(N^2 D), memory O(N count).
std::vector<NeighbourList> neighbour_lists(PointsIn points, Index count);

/// Distances (N) of points x (D, N) to the nearest of `cloud` (D, M), M >= 1, not squared, and which it is,
/// the first of several. Cost O(N M D).
struct NearestPoints {
  Vector distance;
  std::vector<Index> point;
};
NearestPoints nearest_points(PointsIn x, PointsIn cloud);

/// Share of the points x (D, N), N >= 1, that equal a point of `cloud` (D, M), coordinate by coordinate.
/// Cost O((N + M) log M) comparisons, memory O(M).
double share_equal(PointsIn x, PointsIn cloud);

}  // namespace fm
