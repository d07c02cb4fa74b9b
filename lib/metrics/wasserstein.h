// Exact Wasserstein distances between clouds of any sizes and masses, with their proof by the dual problem.
#pragma once

#include "ot/transportation.h"

namespace fm {

struct Wasserstein {
  double distance = 0;  ///< W_p, the root taken
  double cost = 0;      ///< W_p^p
  double gap = 0;       ///< `cost` is at most this above the least cost; 0 on the line
};

/// W_p with p = power between sum a_i delta(x_i) / sum a and sum b_j delta(y_j) / sum b; x (D, n), y (D, m),
/// a (n), b (m) >= 0, or empty for equal masses. On the line and with equal masses by sorting; between equal
/// numbers of equal masses, squared costs, by solve_assignment(); else by
/// solve_transportation(). Throws what these do.
Wasserstein wasserstein(PointsIn x, PointsIn y, CostPower power, const Vector& a = {}, const Vector& b = {});

}  // namespace fm
