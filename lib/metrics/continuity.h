// The continuity equation at given points: how well a velocity field u carries the density of a path,
//   residual = d/dt p_t(x) + div(p_t u)(x),   div(p u) = p (div u + u . grad log p).
// It is 0 for the path's own marginal velocity. Source: Lipman et al. 2023, arXiv:2210.02747, eq. 26.
#pragma once

#include "flow/exact_path.h"

namespace fm {

struct Continuity {
  Vector density;   ///< p_t(x_n) in coordinates (N)
  Points velocity;  ///< u (D, N)
  Vector rate;      ///< d/dt p_t(x_n), by differences (N)
  Vector residual;  ///< (N)
};

/// x (D, N) at one time t. div u, u and grad log p are exact; d/dt p is the central difference over t - step
/// to t + step, or at an end of the path's domain one of three points inside it: both are off by O(step^2),
/// and by rounding of 1e-16 p / step. t in the domains of field and path (numeric error "time-domain" else),
/// the path's longer than 2 step.
Continuity continuity(const ExactPath& path, const VelocityField& field, double t, PointsIn x, double step);

}  // namespace fm
