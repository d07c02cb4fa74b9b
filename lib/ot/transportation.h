// Exact transport between weighted clouds of any sizes: what leaves each point and what reaches each is
// given, the total cost is least, and the dual problem proves it. Costs are computed again for each use:
// there is no matrix. Sources: Bertsekas and Castanon 1989, "The auction algorithm for the transportation
// problem" (prices to start from); Ahuja, Magnanti and Orlin 1993, "Network flows", section 9.7 (successive
// shortest paths).
#pragma once

#include "ot/plan.h"

namespace fm {

/// The ground cost is |x - y|^power.
enum class CostPower { one = 1, two = 2 };

/// Solution of  min sum_ij P_ij c_ij,  P >= 0 with marginals a and b,  and of its dual
/// max a.u + b.v,  u_i + v_j <= c_ij.
struct Transportation {
  Plan plan;        ///< of mass 1
  Vector u, v;      ///< (n), (m); c_ij - u_i - v_j >= 0 up to rounding
  double cost = 0;  ///< sum P_ij c_ij
  double gap = 0;   ///< sum P_ij (c_ij - u_i - v_j) >= 0: `cost` is at most this above the least cost
};

/// x (D, n), y (D, m), n, m >= 1; a (n), b (m) >= 0 of any sums above 0, which are divided by them. Masses
/// are counted in whole units: exactly if all of a are equal and all of b, else in 2^-60 of the total beside
/// the rounding of their shares, with what is left over given to the largest. Time about (n + m) shortest
/// paths of O(D m) a row that they reach: in practice cubic. Memory O(D (n + m)) and the plan, which has at
/// most n + m - 1 entries where no costs tie, and may have more where they do. Throws data errors
/// "cloud-columns" (different D), "empty-cloud", "not-finite" (also for squares that overflow), "masses"
/// (wrong number, negative, not finite, or all 0), numeric error "transport-gap" (gap above 1e-12 of the
/// largest price).
Transportation solve_transportation(PointsIn x, PointsIn y, VectorIn a, VectorIn b, CostPower power);

}  // namespace fm
