#include "flow/exact_domain.h"

#include <algorithm>

#include "core/decimal.h"
#include "core/error.h"
#include "core/text.h"

namespace fm {

namespace {

constexpr double last_sigma = 1e-4;  // see the header

/// The time at which sigma falls to `sigma`, by bisection to the last bit.
double time_of_sigma(const Scheduler& scheduler, double sigma) {
  if (scheduler_at(scheduler, 1).sigma > sigma) return 1;
  double low = 0, high = 1;
  for (int halving = 0; halving < 60; ++halving) {
    const double middle = (low + high) / 2;
    (scheduler_at(scheduler, middle).sigma > sigma ? low : high) = middle;
  }
  return low;
}

}  // namespace

double exact_domain_end(const Scheduler& scheduler, double spread) {
  return as_typed(time_of_sigma(scheduler, last_sigma * (spread > 0 ? std::min(spread, 1.0) : 1.0)));
}

void check_exact_time(double t, double end) {
  if (!(t >= 0 && t <= end))
    throw numeric_error("time-domain", "the exact field of this law is defined for t in [0, " +
                                           shortest(end) + "], not at t = " + shortest(t));
}

}  // namespace fm
