// Clouds whose masses are counted in whole units, the form in which exact transport is solved: sums and
// differences of masses are then exact.
#pragma once

#include <cstdint>
#include <vector>

#include "core/types.h"

namespace fm {

using Units = std::int64_t;

/// What leaves each row, a point of x, and what reaches each column, a point of y.
struct MassProblem {
  Points x, y;                       ///< (D, n), (D, m)
  std::vector<Units> rows, columns;  ///< (n), (m), >= 0 and of equal sums
};

/// Units of a row that a column holds.
struct Holding {
  Index row;
  Units units;
};

/// Neighbours in an order of points that is kept together: blocks of columns, groups of points that become
/// one.
constexpr Index spatial_leaf = 64;

/// An order in which near points are near: halves along the widest dimension, and so on down to spatial_leaf
/// points, of which all parts but the last are multiples. x (D, n). Ties by index. Cost O(D n log n).
std::vector<Index> spatial_order(PointsIn x);

/// Points of equal coordinates as one, in spatial order, and where each has gone.
struct DistinctPoints {
  Points points;
  std::vector<Index> group;  ///< (n) the column of `points` that point n has become
};

/// x (D, n), finite. Cost O(D n log n).
DistinctPoints distinct_points(PointsIn x);

/// Each `factor` neighbours in the order of the problem as one point, their centre of mass, in spatial order
/// again.
MassProblem coarser(const MassProblem& problem, Index factor);

}  // namespace fm
