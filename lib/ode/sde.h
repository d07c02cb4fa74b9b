// Stochastic paths with the marginals of a field:
//   dX = [u + g^2/2 s] dt + g dW   (backwards in time: dX = [u - g^2/2 s] dt + g dW),
// s the score of the law of x_t, for any g (diffusion.h). Only for fields that know the noise on their path
// (VelocityField::knows_score). A step is exact for the pair and the noise that are expected at its start,
//   x_new = centre_new + std_new (k E[z] + sqrt(1 - k^2) xi),   xi ~ N(0, I),
// centre_new that of E[x1], E[x0] at the new time. Where the noise differs between the rows that x_t may come
// from, std_new k z and std_new^2 (1 - k^2) are expected instead (VelocityField::step_law): std^2 d/dt (1 -
// k^2) is g^2 whatever the row, so that the order is the same. So it is stable for every g, however small
// std; it is first order in the step for the law of x (with a logarithm more where g does not fall to 0 with
// std); it ends, where std_new = 0 at t = 1, exactly in E[x1 | x_t]; and g = 0 is the first-order exponential
// integrator of the ODE, for cond-ot Euler's method. Source: Lu et al. 2022, arXiv:2211.01095
// (SDE-DPM-Solver++1), there for the diffusion's own g.
#pragma once

#include <cstdint>

#include "flow/velocity_field.h"
#include "ode/diffusion.h"
#include "ode/solve.h"

namespace fm {

/// From x0 (D, N) at t0 to t1, t0 != t1, both in the field's domain, or t1 = 1 beyond its end. Column n draws
/// from row first_point + n of (seed, Purpose::diffusion): it depends on that row and that column alone, bit
/// for bit. Throws usage errors "score-unknown" and "times-order", numeric errors "time-domain" and
/// "non-finite-velocity", and those of VelocityField::predict.
Solution solve_sde(const VelocityField& field, const Diffusion& diffusion, std::uint64_t seed, PointsIn x0,
                   double t0, double t1, std::int64_t first_point = 0);

}  // namespace fm
