// Conditional flows of affine schedulers: what happens between one source point and one target point.
//   psi_t(x0 | x1) = alpha x1 + sigma x0,   u_t(x | x1) = (d_sigma / sigma) (x - alpha x1) + d_alpha x1
// Source: Lipman et al. 2023, arXiv:2210.02747, eq. 11-15. All arguments are (D, N), t (N) in [0, 1].
// At t = 0 psi is the source point itself except for vp, where a little of x1 is there from the start, and
// ve, where all of it is; at t = 1 it is x1 except for members that end with noise.
#pragma once

#include "core/types.h"
#include "flow/scheduler.h"

namespace fm {

/// xt = psi_t(x0 | x1) and ut = d/dt psi_t(x0 | x1), the regression target of conditional flow matching. t
/// (N) in scheduler_domain(): else numeric error "time-domain".
void path_sample(const Scheduler& scheduler, VectorIn t, PointsIn x0, PointsIn x1, PointsOut xt,
                 PointsOut ut);

/// u_t(x | x1), the velocity of the conditional flow at any point x. Needs sigma > 0: numeric error
/// "time-domain".
void conditional_velocity(const Scheduler& scheduler, VectorIn t, PointsIn x, PointsIn x1, PointsOut u);

/// x0 with psi_t(x0 | x1) = x. Needs sigma > 0: numeric error "time-domain".
void inverse_flow(const Scheduler& scheduler, VectorIn t, PointsIn x, PointsIn x1, PointsOut x0);

}  // namespace fm
