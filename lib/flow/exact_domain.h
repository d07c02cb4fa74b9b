// Where in time the exact field of a law without density exists. A law with mass on points or in a subspace
// has no velocity where sigma = 0.
#pragma once

#include "flow/scheduler.h"

namespace fm {

/// The time where sigma falls to 1e-4 of `spread`, the law's standard deviation, or of the source's (1) if
/// that is smaller, as typed (core/decimal.h); 1 if it never does. Between points at distance d the weight of
/// one that x_t does not come from is there exp(-d^2 / (2 sigma^2) + z d / sigma), z the noise of x_t in that
/// direction: below 2^-53 for |z| < 4 and d > 14 sigma, about a thousandth of a standard deviation, so that
/// the exact last step x1 = E[x1 | x_t] lands on a point. spread 0 counts as 1.
double exact_domain_end(const Scheduler& scheduler, double spread);

/// Throws numeric error "time-domain" unless 0 <= t <= end.
void check_exact_time(double t, double end);

}  // namespace fm
