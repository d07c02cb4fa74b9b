// First and second moments of coupled pairs, and what they tell about the path between them.
#pragma once

#include "core/types.h"
#include "flow/scheduler.h"

namespace fm {

/// Means (D) and covariances (D, D) of pairs (x0, x1); cov01 = Cov(x0, x1).
struct Moments {
  Vector mean0, mean1;
  Points cov00, cov11, cov01;
};

/// Moments of the pairs in the columns of x0, x1 (D, N), N >= 1 (divisor N).
Moments pair_moments(PointsIn x0, PointsIn x1);

/// The best affine prediction of the velocity at one time, and its error:
///   v_lin(x) = E u + Cov(u, x_t) Cov(x_t)^+ (x - E x_t)
/// with x_t = alpha x1 + sigma x0 and u = d_alpha x1 + d_sigma x0. Exact where pairs are jointly Gaussian.
struct AffineVelocity {
  Vector mean_x, std_x;  ///< of x_t, per column (D); std_x > 0
  Vector mean_u;         ///< (D)
  Points slope;          ///< (D, D)
  Vector residual_std;   ///< standard deviation of u - v_lin(x_t), per column (D); > 0
};

/// At t in scheduler_domain(). Directions without variance (constant columns, more columns than rows) are
/// left out of the inverse; where std_x would be 0, the column's standard deviation at both ends together
/// stands in (1 for a constant), and residual_std is at least a thousandth of that of u, so that both can be
/// divided by. A change of a column's unit changes nothing but the unit.
AffineVelocity best_affine_velocity(const Moments& moments, const Scheduler& scheduler, double t);

/// The same for any two combinations of a pair, x = alpha x1 + sigma x0 and u = d_alpha x1 + d_sigma x0.
AffineVelocity best_affine_velocity(const Moments& moments, const SchedulerValue& coefficients);

}  // namespace fm
