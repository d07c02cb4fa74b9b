// The ways to say what a field knows, and how they follow from each other on an affine path:
//   velocity       u   = E[d/dt psi_t | x_t = x]
//   x1-prediction  xh1 = E[x1 | x_t = x]
//   x0-prediction  xh0 = E[x0 | x_t = x]
//   score          s   = grad log p_t(x)
// The first three are tied by x = alpha xh1 + sigma xh0 and u = d_alpha xh1 + d_sigma xh0, for any coupling.
// The score is s = -xh0 / sigma for a source N(0, I) that is independent of the target, and for no other:
// under the identity coupling of N(0, 1) with itself x_t is (alpha + sigma) x0, so xh0 = x / (alpha + sigma),
// but s = -x / (alpha + sigma)^2. Source: Lipman et al. 2024, arXiv:2412.06264, table 1. x and all
// predictions (D). Finite limits at t = 0 and t = 1 are given; where there is none, numeric error
// "conversion".
#pragma once

#include "core/types.h"
#include "flow/scheduler.h"

namespace fm {

/// u from xh1; sigma > 0 (where it is 0, xh1 = x does not determine the velocity).
Vector velocity_from_x1(const SchedulerValue& s, VectorIn x, VectorIn xh1);

/// u from xh0; alpha > 0 (where it is 0, xh0 = x does not determine the velocity) and d_sigma finite.
Vector velocity_from_x0(const SchedulerValue& s, VectorIn x, VectorIn xh0);

/// xh1 from u. Needs d_alpha sigma - d_sigma alpha != 0, a path that moves (not polynomial at t = 0). Where
/// sigma = 0 it is x / alpha, whatever u says.
Vector x1_from_velocity(const SchedulerValue& s, VectorIn x, VectorIn u);

/// xh0 from u, under the same condition, but where alpha = 0 it is x / sigma whatever u says.
Vector x0_from_velocity(const SchedulerValue& s, VectorIn x, VectorIn u);

/// xh1 from xh0; alpha > 0.
Vector x1_from_x0(const SchedulerValue& s, VectorIn x, VectorIn xh0);

/// xh0 from xh1; sigma > 0.
Vector x0_from_x1(const SchedulerValue& s, VectorIn x, VectorIn xh1);

// The score: for a source N(0, I) that is independent of the target

/// s from u; t in [0, 1]. At t = 1 only where sigma d_sigma is not 0 there (vp, linear-vp, and members that
/// end with noise), and the path must move.
Vector score_from_velocity(const Scheduler& scheduler, double t, VectorIn x, VectorIn u);

/// u from s; t in [0, 1] with alpha > 0. At t = 1 it is finite for every member.
Vector velocity_from_score(const Scheduler& scheduler, double t, VectorIn x, VectorIn score);

/// s from xh1; sigma > 0.
Vector score_from_x1(const SchedulerValue& s, VectorIn x, VectorIn xh1);

/// xh1 from s; alpha > 0. Source: Tweedie's formula, Robbins 1956.
Vector x1_from_score(const SchedulerValue& s, VectorIn x, VectorIn score);

/// s from xh0; sigma > 0.
Vector score_from_x0(const SchedulerValue& s, VectorIn xh0);

/// xh0 from s, at every t.
Vector x0_from_score(const SchedulerValue& s, VectorIn score);

}  // namespace fm
