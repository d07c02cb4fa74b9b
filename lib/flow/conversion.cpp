#include "flow/conversion.h"

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
  return rate * x + (s.d_sigma - s.sigma * rate) * xh0;
}

Vector x1_from_velocity(const SchedulerValue& s, VectorIn x, VectorIn u) {
  return (s.sigma * u - s.d_sigma * x) / determinant(s);
}

Vector x0_from_velocity(const SchedulerValue& s, VectorIn x, VectorIn u) {
  if (s.alpha == 0) return x / s.sigma;
  return (s.d_alpha * x - s.alpha * u) / determinant(s);
}

}  // namespace fm
