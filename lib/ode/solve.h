// Moves points along a field, forwards or backwards in time.
#pragma once

#include <cstdint>
#include <vector>

#include "flow/velocity_field.h"
#include "ode/solver.h"

namespace fm {

/// Where points end.
struct Solution {
  Points x;                               ///< (D, N)
  std::vector<std::int64_t> evaluations;  ///< of the field, for each point (N)
  Vector error;      ///< sum of each point's local error estimates in coordinates (N); 0 for fixed steps
  double t_end = 0;  ///< where solving ended; < t1 if the field's exact last step followed
};

/// From x0 (D, N) at t0 to t1, t0 != t1, both in the field's domain. Or t1 = 1 beyond the end of the domain:
/// solving stops at its end and the field's exact last step follows. `first_point` is what messages call
/// column 0. Each column's result depends on that column alone, bit for bit, for any number of threads.
/// Throws numeric errors "time-domain" with the time, and "non-finite-velocity", "step-underflow",
/// "too-many-evaluations" with the point and its time; usage error "times-order" for t0 = t1.
Solution solve(const VelocityField& field, const Solver& solver, PointsIn x0, double t0, double t1,
               std::int64_t first_point = 0);

}  // namespace fm
