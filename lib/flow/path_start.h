// How paths leave the source. Most schedulers start exactly there. vp starts with a little of the target
// mixed in, alpha(0) x1 + sigma(0) x0, and ve with all of it: then a source point x0 alone does not say where
// it stands, and the best affine guess of x1 stands in. For independent pairs the law at the start is thereby
// off by the spread of alpha(0) x1 around its mean, a share alpha(0)^2 Var(x1) / (2 sigma(0)^2) of its
// standard deviation: .02 % for ve and .002 % for vp with their defaults and targets of unit variance.
#pragma once

#include "core/types.h"
#include "flow/moments.h"
#include "flow/scheduler.h"

namespace fm {

/// x = shift + slope x0 at the start of the path; empty: x = x0.
struct PathStart {
  Vector shift;  ///< (D)
  Points slope;  ///< (D, D), invertible
};

/// x = sigma(0) x0 + alpha(0) (E x1 + Cov(x1, x0) Cov(x0)^+ (x0 - E x0)).
PathStart path_start(const Moments& moments, const Scheduler& scheduler);

/// The same for pairs that are independent: x = sigma(0) x0 + alpha(0) mean1. mean1 (D).
PathStart independent_start(const Vector& mean1, const Scheduler& scheduler);

/// Points x (D, N) of the source to where they stand at the start. A column's result has the same bits
/// whatever stands beside it.
void leave_source(const PathStart& start, PointsOut x);

/// The inverse of leave_source().
void return_to_source(const PathStart& start, PointsOut x);

/// log |det slope|: by so much the log-density at the start lies below that of the source.
double log_volume(const PathStart& start);

}  // namespace fm
