// The three ways to say what a field knows, and how they follow from each other on an affine path:
//   velocity       u   = E[d/dt psi_t | x_t = x]
//   x1-prediction  xh1 = E[x1 | x_t = x]
//   x0-prediction  xh0 = E[x0 | x_t = x]
// tied by x = alpha xh1 + sigma xh0 and u = d_alpha xh1 + d_sigma xh0. These hold for any coupling. (The
// score follows from xh0 only for a normal source that is independent of the target.) Source: Lipman et al.
// 2024, arXiv:2412.06264, table 1. x, u, xh0, xh1 (D).
#pragma once

#include "core/types.h"
#include "flow/scheduler.h"

namespace fm {

/// u from xh1; sigma > 0 (at t = 1 the velocity is not determined by xh1 = x): else numeric error
/// "conversion".
Vector velocity_from_x1(const SchedulerValue& s, VectorIn x, VectorIn xh1);

/// u from xh0; alpha > 0 (at t = 0 the velocity is not determined by xh0 = x): else numeric error
/// "conversion".
Vector velocity_from_x0(const SchedulerValue& s, VectorIn x, VectorIn xh0);

/// xh1 from u. Needs d_alpha sigma - d_sigma alpha != 0, a path that moves: else numeric error "conversion"
/// (polynomial at t = 0). At t = 1 it is x.
Vector x1_from_velocity(const SchedulerValue& s, VectorIn x, VectorIn u);

/// xh0 from u, under the same condition, but at t = 0 it is x whatever u says.
Vector x0_from_velocity(const SchedulerValue& s, VectorIn x, VectorIn u);

}  // namespace fm
