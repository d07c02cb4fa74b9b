#include "flow/conversion.h"

#include <cmath>
#include <string>

#include "core/error.h"

namespace fm {

namespace {

double nonzero(double divisor, const char* what) {
  if (divisor == 0)
    throw numeric_error("conversion", std::string("no conversion at this time: ") + what + " is 0");
  return divisor;
}

/// The determinant of (xh1, xh0) -> (x, u).
double determinant(const SchedulerValue& s) {
  return nonzero(s.d_alpha * s.sigma - s.d_sigma * s.alpha, "the speed of the path");
}

}  // namespace

Vector velocity_from_x1(const SchedulerValue& s, VectorIn x, VectorIn xh1) {
  const double rate = s.d_sigma / nonzero(s.sigma, "sigma");
  return rate * x + (s.d_alpha - s.alpha * rate) * xh1;
}

Vector velocity_from_x0(const SchedulerValue& s, VectorIn x, VectorIn xh0) {
  const double rate = s.d_alpha / nonzero(s.alpha, "alpha");
  if (!std::isfinite(s.d_sigma))
    throw numeric_error("conversion", "no conversion at this time: the speed of the path is infinite");
  return rate * x + (s.d_sigma - s.sigma * rate) * xh0;
}

Vector x1_from_velocity(const SchedulerValue& s, VectorIn x, VectorIn u) {
  if (s.sigma == 0) return x / s.alpha;
  return (s.sigma * u - s.d_sigma * x) / determinant(s);
}

Vector x0_from_velocity(const SchedulerValue& s, VectorIn x, VectorIn u) {
  if (s.alpha == 0) return x / s.sigma;
  return (s.d_alpha * x - s.alpha * u) / determinant(s);
}

Vector x1_from_x0(const SchedulerValue& s, VectorIn x, VectorIn xh0) {
  return (x - s.sigma * xh0) / nonzero(s.alpha, "alpha");
}

Vector x0_from_x1(const SchedulerValue& s, VectorIn x, VectorIn xh1) {
  return (x - s.alpha * xh1) / nonzero(s.sigma, "sigma");
}

Vector score_from_velocity(const Scheduler& scheduler, double t, VectorIn x, VectorIn u) {
  const SchedulerValue s = scheduler_at(scheduler, t);
  if (s.alpha == 0) return -x / (s.sigma * s.sigma);
  // -xh0 / sigma with sigma multiplied into the determinant, where sigma d_sigma stays finite.
  const double divisor = s.d_alpha * s.sigma * s.sigma - s.alpha * noise_rate(scheduler, t);
  return (s.alpha * u - s.d_alpha * x) / nonzero(divisor, "the rate of the noise");
}

Vector velocity_from_score(const Scheduler& scheduler, double t, VectorIn x, VectorIn score) {
  const SchedulerValue s = scheduler_at(scheduler, t);
  const double rate = s.d_alpha / nonzero(s.alpha, "alpha");
  return rate * x + (s.sigma * s.sigma * rate - noise_rate(scheduler, t)) * score;
}

Vector score_from_x1(const SchedulerValue& s, VectorIn x, VectorIn xh1) {
  return (s.alpha * xh1 - x) / nonzero(s.sigma * s.sigma, "sigma");
}

Vector x1_from_score(const SchedulerValue& s, VectorIn x, VectorIn score) {
  return (x + s.sigma * s.sigma * score) / nonzero(s.alpha, "alpha");
}

Vector score_from_x0(const SchedulerValue& s, VectorIn xh0) {
  return -xh0 / nonzero(s.sigma, "sigma");
}

Vector x0_from_score(const SchedulerValue& s, VectorIn score) {
  return -s.sigma * score;
}

}  // namespace fm
