#include "flow/scheduler.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "core/value.h"

using namespace fm;

namespace {

constexpr double epsilon = std::numeric_limits<double>::epsilon();

/// Every member as it is made, and others with parameters that are not the defaults.
std::vector<Scheduler> schedulers() {
  std::vector<Scheduler> all;
  for_each_member<Scheduler>([&](const auto& member) { all.emplace_back(member); });
  for (const double power : {1.0, 1.5, 7.0, 1000.0}) all.emplace_back(Polynomial{power});
  return all;
}

/// Compares d with the difference quotient of f over h. The error of quotients of this order is estimated
/// from the quotient over 2h, so the bound needs no knowledge of f; rounding adds at most 2 epsilon / h.
template <class Quotient>
void check_derivative(double d, const Quotient& quotient, double h) {
  const double near = quotient(h), far = quotient(2 * h);
  CHECK(std::abs(d - near) <= 3 * std::abs(far - near) + 2 * epsilon / h);
}

}  // namespace

TEST_CASE("scheduler: d_alpha and d_sigma are the derivatives of alpha and sigma") {
  for (const Scheduler& scheduler : schedulers()) {
    CAPTURE(print_value(scheduler));
    for (int k = 1; k < 100; ++k) {
      const double t = k / 100.0;
      CAPTURE(t);
      const SchedulerValue at = scheduler_at(scheduler, t);
      check_derivative(
          at.d_alpha,
          [&](double h) {
            return (scheduler_at(scheduler, t + h).alpha - scheduler_at(scheduler, t - h).alpha) / (2 * h);
          },
          1e-4);
      check_derivative(
          at.d_sigma,
          [&](double h) {
            return (scheduler_at(scheduler, t + h).sigma - scheduler_at(scheduler, t - h).sigma) / (2 * h);
          },
          1e-4);
    }
  }
}

TEST_CASE("scheduler: the derivatives at both ends are the one-sided ones") {
  for (const Scheduler& scheduler : schedulers()) {
    CAPTURE(print_value(scheduler));
    for (const double end : {0.0, 1.0}) {
      const double inwards = end == 0 ? 1 : -1;
      const SchedulerValue at = scheduler_at(scheduler, end);
      check_derivative(
          at.d_alpha,
          [&](double h) {
            return (scheduler_at(scheduler, end + inwards * h).alpha - at.alpha) / (inwards * h);
          },
          1e-6);
      check_derivative(
          at.d_sigma,
          [&](double h) {
            return (scheduler_at(scheduler, end + inwards * h).sigma - at.sigma) / (inwards * h);
          },
          1e-6);
    }
  }
}

TEST_CASE("scheduler: paths start at the source and end at the target, exactly") {
  for (const Scheduler& scheduler : schedulers()) {
    CAPTURE(print_value(scheduler));
    CHECK(scheduler_at(scheduler, 0).alpha == 0);
    CHECK(scheduler_at(scheduler, 0).sigma == 1);
    CHECK(scheduler_at(scheduler, 1).alpha == 1);
    CHECK(scheduler_at(scheduler, 1).sigma == 0);
  }
}

TEST_CASE("scheduler: alpha rises, sigma falls, all four values are finite") {
  for (const Scheduler& scheduler : schedulers()) {
    CAPTURE(print_value(scheduler));
    SchedulerValue before = scheduler_at(scheduler, 0);
    for (int k = 0; k <= 1000; ++k) {
      const SchedulerValue at = scheduler_at(scheduler, k / 1000.0);
      CHECK(at.alpha >= before.alpha);
      CHECK(at.sigma <= before.sigma);
      CHECK(at.d_alpha >= 0);
      CHECK(at.d_sigma <= 0);
      CHECK(std::isfinite(at.alpha + at.sigma + at.d_alpha + at.d_sigma));
      before = at;
    }
  }
}

TEST_CASE("scheduler: polynomial of power 1 is cond-ot, and power 3 is the cube") {
  for (int k = 0; k <= 10; ++k) {
    const double t = k / 10.0;
    const SchedulerValue line = scheduler_at(CondOt{}, t), first = scheduler_at(Polynomial{1}, t);
    CHECK(line.alpha == first.alpha);
    CHECK(line.sigma == first.sigma);
    CHECK(line.d_alpha == first.d_alpha);
    CHECK(line.d_sigma == first.d_sigma);
    CHECK(scheduler_at(Polynomial{3}, t).alpha == doctest::Approx(t * t * t).epsilon(4 * epsilon));
    CHECK(scheduler_at(Polynomial{3}, t).d_sigma == doctest::Approx(-3 * t * t).epsilon(4 * epsilon));
  }
}

TEST_CASE("scheduler: powers without a finite speed are refused") {
  for (const char* text : {"polynomial:power=0.5", "polynomial:power=inf", "polynomial:power=nan"})
    CHECK_THROWS_AS(parse_family<Scheduler>(text), Error);
}
