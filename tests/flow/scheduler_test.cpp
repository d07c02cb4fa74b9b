#include "flow/scheduler.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "core/value.h"
#include "support/points.h"

using namespace fm;

namespace {

constexpr double epsilon = std::numeric_limits<double>::epsilon();
constexpr double infinity = std::numeric_limits<double>::infinity();

/// Every member as it is made, and others with parameters that are not the defaults.
std::vector<Scheduler> schedulers() {
  std::vector<Scheduler> all;
  for_each_member<Scheduler>([&](const auto& member) { all.emplace_back(member); });
  for (const double power : {1.0, 1.5, 7.0, 1000.0}) all.emplace_back(Polynomial{power});
  for (const Vp& vp : {Vp{1, 1}, Vp{5, 0.2}, Vp{1e-3, 100}}) all.emplace_back(vp);
  for (const double sigma_min : {0.0, 1e-5, 0.5}) all.emplace_back(LipmanOt{sigma_min});
  for (const Ve& ve : {Ve{1, 0.5}, Ve{1e6, 1e-9}}) all.emplace_back(ve);
  return all;
}

/// How large coefficients are: all but those of ve and slow starts are below 1, with rates of a few.
double size_of(const SchedulerValue& at) {
  return 1 + std::abs(at.alpha) + std::abs(at.sigma) + std::abs(at.d_alpha) + std::abs(at.d_sigma);
}

/// What the table of schedulers says about both ends.
struct Ends {
  double alpha0, sigma0, alpha1, sigma1;
};
Ends stated_ends(const CondOt&) {
  return {0, 1, 1, 0};
}
Ends stated_ends(const Polynomial&) {
  return {0, 1, 1, 0};
}
Ends stated_ends(const Vp& vp) {
  const double integral = (vp.beta_max + vp.beta_min) / 2;
  return {std::exp(-integral / 2), std::sqrt(1 - std::exp(-integral)), 1, 0};
}
Ends stated_ends(const LinearVp&) {
  return {0, 1, 1, 0};
}
Ends stated_ends(const Cosine&) {
  return {0, 1, 1, 0};
}
Ends stated_ends(const LipmanOt& lipman) {
  return {0, 1, 1, lipman.sigma_min};
}
Ends stated_ends(const Ve& ve) {
  return {1, ve.sigma_max, 1, ve.sigma_min};
}

/// Compares d with the difference quotient of f over h. The error of quotients of this order is estimated
/// from the quotient over 2h, so the bound needs no knowledge of f; rounding adds at most 4 epsilon / h times
/// the size of f.
template <class Quotient>
void check_derivative(double d, const Quotient& quotient, double h, double size) {
  const double near = quotient(h), far = quotient(2 * h);
  CHECK(std::abs(d - near) <= 3 * std::abs(far - near) + 4 * epsilon / h * size);
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
          1e-4, size_of(at));
      check_derivative(
          at.d_sigma,
          [&](double h) {
            return (scheduler_at(scheduler, t + h).sigma - scheduler_at(scheduler, t - h).sigma) / (2 * h);
          },
          1e-4, size_of(at));
    }
  }
}

TEST_CASE("scheduler: the derivatives at both ends are the one-sided ones") {
  for (const Scheduler& scheduler : schedulers()) {
    CAPTURE(print_value(scheduler));
    for (const double end : {0.0, 1.0}) {
      if (!scheduler_domain(scheduler).contains(end)) continue;
      const double inwards = end == 0 ? 1 : -1;
      const SchedulerValue at = scheduler_at(scheduler, end);
      check_derivative(
          at.d_alpha,
          [&](double h) {
            return (scheduler_at(scheduler, end + inwards * h).alpha - at.alpha) / (inwards * h);
          },
          1e-6, size_of(at));
      check_derivative(
          at.d_sigma,
          [&](double h) {
            return (scheduler_at(scheduler, end + inwards * h).sigma - at.sigma) / (inwards * h);
          },
          1e-6, size_of(at));
    }
  }
}

TEST_CASE("scheduler: both ends are what the table says, exactly where it says 0 or 1") {
  for (const Scheduler& scheduler : schedulers()) {
    CAPTURE(print_value(scheduler));
    const Ends stated = std::visit([](const auto& member) { return stated_ends(member); }, scheduler);
    const SchedulerValue start = scheduler_at(scheduler, 0), end = scheduler_at(scheduler, 1);
    const auto agrees = [](double value, double wanted) {
      if (wanted == 0 || wanted == 1) return value == wanted;
      // An exponential magnifies the rounding of its exponent.
      return std::abs(value / wanted - 1) < 4 * epsilon * (1 + std::abs(std::log(wanted)));
    };
    CHECK(agrees(start.alpha, stated.alpha0));
    CHECK(agrees(start.sigma, stated.sigma0));
    CHECK(agrees(end.alpha, stated.alpha1));
    CHECK(agrees(end.sigma, stated.sigma1));
  }
  CHECK(scheduler_at(Vp{}, 0).alpha == doctest::Approx(0.0066).epsilon(0.01));
}

TEST_CASE(
    "scheduler: alpha rises, sigma falls, and all four values are finite on the domain and only there") {
  for (const Scheduler& scheduler : schedulers()) {
    CAPTURE(print_value(scheduler));
    const TimeDomain domain = scheduler_domain(scheduler);
    CHECK(domain.begin == 0);
    CHECK(domain.end >= std::nextafter(1.0, 0.0));
    SchedulerValue before = scheduler_at(scheduler, 0);
    for (int k = 0; k <= 1000; ++k) {
      const SchedulerValue at = scheduler_at(scheduler, std::min(k / 1000.0, domain.end));
      CHECK(at.alpha >= before.alpha);
      CHECK(at.sigma <= before.sigma);
      CHECK(at.d_alpha >= 0);
      CHECK(at.d_sigma <= 0);
      CHECK(std::isfinite(at.alpha + at.sigma + at.d_alpha + at.d_sigma));
      before = at;
    }
    if (domain.end < 1) CHECK(scheduler_at(scheduler, 1).d_sigma == -infinity);
  }
}

TEST_CASE("scheduler: the rate of the noise is sigma d_sigma, with its finite limit at t = 1") {
  for (const Scheduler& scheduler : schedulers()) {
    CAPTURE(print_value(scheduler));
    for (int k = 0; k <= 100; ++k) {
      const double t = std::min(k / 100.0, scheduler_domain(scheduler).end);
      const SchedulerValue at = scheduler_at(scheduler, t);
      CHECK(std::abs(noise_rate(scheduler, t) - at.sigma * at.d_sigma) <=
            8 * epsilon * at.sigma * -at.d_sigma);
    }
    CHECK(std::isfinite(noise_rate(scheduler, 1)));
  }
  CHECK(noise_rate(LinearVp{}, 1) == -1);
  CHECK(noise_rate(Vp{}, 1) == -0.05);  // -beta_min / 2
}

TEST_CASE("scheduler: the signal-to-noise ratio rises, and time_of_snr is its inverse, ends included") {
  for (const Scheduler& scheduler : schedulers()) {
    CAPTURE(print_value(scheduler));
    double before = -1;
    for (int k = 0; k <= 1000; ++k) {
      const double t = k / 1000.0, snr = snr_at(scheduler, t);
      CHECK(snr >= before);
      before = snr;
      const double back = time_of_snr(scheduler, snr);
      CHECK(back >= 0);
      CHECK(back <= 1);
      if (snr == 0 || std::isinf(snr)) {
        CHECK(scheduler_at(scheduler, back).alpha == scheduler_at(scheduler, t).alpha);
        continue;
      }
      // Rounding of alpha and sigma (a few epsilon of 1 for those that are differences) over the slope of the
      // logarithm, which is d_alpha / alpha - d_sigma / sigma.
      const SchedulerValue at = scheduler_at(scheduler, t);
      if (std::fpclassify(at.alpha) == FP_SUBNORMAL) continue;  // has no digits: polynomial of power 1000
      const double slope = at.d_alpha / at.alpha - at.d_sigma / at.sigma;
      CHECK(std::abs(back - t) <= 16 * epsilon * (1 + (1 + 1 / at.sigma) / slope));
    }
  }
}

TEST_CASE("scheduler: ratios that a path does not pass are refused") {
  for (const Scheduler& scheduler : schedulers()) {
    CAPTURE(print_value(scheduler));
    std::vector<double> outside{-1, -1e-300, std::nan("")};
    const double least = snr_at(scheduler, 0), most = snr_at(scheduler, 1);
    if (least > 0) outside.push_back(0.999 * least);
    if (std::isfinite(most)) outside.push_back(1.001 * most);
    for (const double snr : outside) {
      CAPTURE(snr);
      const Error error = error_of([&] { time_of_snr(scheduler, snr); });
      CHECK(error.id() == "snr-range");
      CHECK(error.kind() == ErrorKind::numeric);
    }
  }
}

TEST_CASE("scheduler: values typed from the formulas, by another program") {
  // python3 -c "from math import *; T=.7**2*19.9/2+.7*.1; print(exp(-T/2), sqrt(1-exp(-T)))" and the like.
  const auto near = [](double value) { return doctest::Approx(value).epsilon(1e-14); };
  const SchedulerValue vp = scheduler_at(Vp{}, 0.3);
  CHECK(vp.alpha == near(0.08435257018282653));
  CHECK(vp.sigma == near(0.9964359707997054));
  CHECK(scheduler_at(LinearVp{}, 0.6).sigma == near(0.8));
  CHECK(scheduler_at(Cosine{}, 1.0 / 3).alpha == near(0.5));
  CHECK(scheduler_at(LipmanOt{0.1}, 0.5).sigma == near(0.55));
  CHECK(scheduler_at(Ve{100, 0.01}, 0.5).sigma == near(1));
  CHECK(time_of_snr(CondOt{}, 3) == near(0.75));
  CHECK(time_of_snr(Polynomial{2}, 1.0 / 3) == near(0.5));
  CHECK(time_of_snr(LinearVp{}, 0.75) == near(0.6));
  CHECK(time_of_snr(Cosine{}, 1) == near(0.5));
  CHECK(time_of_snr(Ve{100, 0.01}, 1) == near(0.5));
}

TEST_CASE("scheduler: the polar form is the path, and carries positions and velocities of pairs") {
  constexpr double x0 = -0.7, x1 = 1.3;
  for (const Scheduler& scheduler : schedulers()) {
    CAPTURE(print_value(scheduler));
    for (int k = 0; k <= 20; ++k) {
      const double t = std::min(k / 20.0, scheduler_domain(scheduler).end);
      CAPTURE(t);
      const SchedulerValue s = scheduler_at(scheduler, t);
      const PolarValue polar = polar_at(scheduler, t);
      const double size = size_of(s), x = s.alpha * x1 + s.sigma * x0, w = polar.cos * x1 - polar.sin * x0;
      CHECK(std::abs(polar.rho * polar.sin - s.alpha) <= 4 * epsilon * size);
      CHECK(std::abs(polar.rho * polar.cos - s.sigma) <= 4 * epsilon * size);
      CHECK(std::abs(polar.share() * (s.alpha + s.sigma) - s.alpha) <= 4 * epsilon * size);
      CHECK(std::abs(polar.sin * x / polar.rho + polar.cos * w - x1) <= 16 * epsilon);
      CHECK(std::abs(polar.cos * x / polar.rho - polar.sin * w - x0) <= 16 * epsilon);
      const double u = s.d_alpha * x1 + s.d_sigma * x0;
      CHECK(std::abs(polar.d_log_rho * x + polar.rho * polar.d_theta * w - u) <= 16 * epsilon * size);
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

TEST_CASE("scheduler: parameters that make no path are refused") {
  for (const char* text : {"polynomial:power=0.5", "polynomial:power=inf", "polynomial:power=nan",
                           "vp:beta_min=0", "vp:beta_max=101", "lipman:sigma_min=1", "lipman:sigma_min=-1",
                           "ve:sigma_max=0.5", "ve:sigma_min=0", "ve:sigma_min=1"})
    CHECK_THROWS_AS(parse_family<Scheduler>(text), Error);
}
