// What every exact field fulfils (continuity, derivatives, domain) is in exact_laws_test.cpp.
#include "flow/adaptive_field.h"

#include <doctest/doctest.h>

#include <cmath>
#include <numbers>
#include <string>

#include "core/value.h"
#include "flow/adaptive_path.h"
#include "flow/empirical_field.h"
#include "flow/path.h"
#include "support/points.h"

using namespace fm;

namespace {

template <class Visitor>
void for_each_fitting_scheduler(const Visitor& visit) {
  for_each_member<Scheduler>([&](const auto& scheduler) {
    CAPTURE(std::string(scheduler.name));
    if (takes_bandwidths(scheduler)) visit(scheduler);
  });
}

/// Bandwidths from .05 to some 1.
Vector some_bandwidths(Index count) {
  return 0.05 + 0.3 * normal_points(1, count, 4).row(0).array().abs();
}

constexpr double times[] = {0.0, 0.2, 0.5, 0.9, 1.0};

}  // namespace

TEST_CASE("adaptive field: agrees with a slow sum in long double at every time, t = 1 included") {
  using Real = long double;
  const Points rows = 2 * normal_points(2, 300, 1), x = 2 * normal_points(2, 40, 2);
  const Vector h = some_bandwidths(300), weights = normal_points(1, 300, 5).row(0).cwiseAbs();
  for_each_fitting_scheduler([&](const auto& scheduler) {
    const AdaptiveField field(rows, h, weights, scheduler);
    for (const double t : times) {
      CAPTURE(t);
      const SchedulerValue s = scheduler_at(scheduler, t);
      Points v(2, 40);
      Vector log_p(40);
      field.evaluate(Vector::Constant(40, t), x, v);
      field.log_density(Vector::Constant(40, t), x, log_p);
      for (Index n = 0; n < 40; ++n) {
        Real total = 0, all = 0, sum[2] = {0, 0};
        for (Index i = 0; i < 300; ++i) {
          const Real sigma = Real(s.sigma) + Real(h(i)) * s.alpha,
                     slope = Real(s.d_sigma) + Real(h(i)) * s.d_alpha;
          Real offset[2], square = 0;
          for (Index d = 0; d < 2; ++d) {
            offset[d] = Real(x(d, n)) - s.alpha * Real(rows(d, i));
            square += offset[d] * offset[d];
          }
          const Real weight = weights(i) * std::exp(-square / (2 * sigma * sigma)) /
                              (2 * std::numbers::pi_v<Real> * sigma * sigma);
          total += weight;
          all += weights(i);
          for (Index d = 0; d < 2; ++d)
            sum[d] += weight * (slope / sigma * offset[d] + s.d_alpha * Real(rows(d, i)));
        }
        // Exponents that count are below 5000 (of points in the tails, at t = 1), speeds below 60.
        for (Index d = 0; d < 2; ++d) CHECK(std::abs(v(d, n) - double(sum[d] / total)) < 1e-10);
        CHECK(log_p(n) == doctest::Approx(double(std::log(total / all))).epsilon(1e-13));
      }
    }
  });
}

TEST_CASE("adaptive field: equal bandwidths are lipman with that sigma_min") {
  const Points rows = normal_points(3, 600, 1), x = normal_points(3, 50, 2), dx = normal_points(3, 50, 3);
  const LipmanOt lipman{0.2};
  const EmpiricalField expected(rows, lipman);
  const AdaptiveField field(rows, Vector::Constant(600, 0.2), CondOt{});
  for (const double t : times) {
    CAPTURE(t);
    const Vector at = Vector::Constant(50, t);
    Points v(3, 50), w(3, 50), dv(3, 50), dw(3, 50);
    Vector a(50), b(50);
    const auto near = [](const auto& left, const auto& right) {
      return (left - right).cwiseAbs().maxCoeff() < 1e-12 * (1 + right.cwiseAbs().maxCoeff());
    };
    field.tangent(at, x, dx, v, dv);
    expected.tangent(at, x, dx, w, dw);
    CHECK(near(v, w));
    CHECK(near(dv, dw));
    field.divergence(at, x, v, a);
    expected.divergence(at, x, w, b);
    CHECK(near(a, b));
    field.log_density(at, x, a);
    expected.log_density(at, x, b);
    CHECK(near(a, b));
    field.score(at, x, v);
    expected.score(at, x, w);
    CHECK(near(v, w));
  }
}

TEST_CASE("adaptive field: of one row it is the derivative of psi = alpha x1 + (sigma + h alpha) x0 at psi") {
  const Points x1{{2}, {-1}, {0.5}}, x0 = normal_points(3, 20, 1);
  const double h = 0.3;
  for_each_fitting_scheduler([&](const auto& scheduler) {
    const AdaptiveField field(x1, Vector{{h}}, scheduler);
    const auto psi = [&](double t) -> Points {
      const SchedulerValue s = scheduler_at(scheduler, t);
      return ((s.sigma + h * s.alpha) * x0).colwise() + s.alpha * x1.col(0);
    };
    for (const double t : {0.1, 0.5, 0.9}) {
      CAPTURE(t);
      constexpr double step = 1e-5;  // third derivatives are some tens: 1e-9, and rounding 1e-11
      Points v(3, 20);
      field.evaluate(Vector::Constant(20, t), psi(t), v);
      CHECK((v - (psi(t + step) - psi(t - step)) / (2 * step)).cwiseAbs().maxCoeff() < 1e-7);
      // The same by the affine path to its end: what training regresses.
      Points xt(3, 20), ut(3, 20);
      const Points end = (h * x0).colwise() + x1.col(0);
      path_sample(scheduler, Vector::Constant(20, t), x0, end, xt, ut);
      CHECK((xt - psi(t)).cwiseAbs().maxCoeff() < 1e-14);
      CHECK((ut - v).cwiseAbs().maxCoeff() < 1e-12);
    }
  });
}

TEST_CASE("adaptive field: the density at t = 1 is the rows' kernel density estimate, and integrates to 1") {
  const Points rows = normal_points(2, 80, 1);
  const Vector h = adaptive_bandwidths({.neighbors = 6}, rows, rows);
  const AdaptiveField field(rows, h, CondOt{});
  // Bandwidths are above .05: on a grid of step .04 the midpoint rule for a normal law of that width is off
  // by exp(-2 (pi .05 / .04)^2) = 4e-14; beyond 9 lies less than exp(-8) of the widest kernels.
  REQUIRE(h.minCoeff() > 0.05);
  REQUIRE(h.maxCoeff() < 1.5);
  constexpr Index side = 450;
  constexpr double step = 0.04;
  Points grid(2, side * side);
  for (Index n = 0; n < grid.cols(); ++n)
    grid.col(n) << step * (double(n % side) + 0.5) - 9, step * (double(n / side) + 0.5) - 9;
  const Vector log_p = log_densities(field, 1, grid);
  CHECK(std::abs(log_p.array().exp().sum() * step * step - 1) < 1e-3);
  for (Index n = 0; n < grid.cols(); n += 4001) {
    double sum = 0;
    for (Index i = 0; i < rows.cols(); ++i)
      sum += std::exp(-(grid.col(n) - rows.col(i)).squaredNorm() / (2 * h(i) * h(i))) / (h(i) * h(i));
    // Far away the estimate is below the least double.
    if (sum > 1e-250)
      CHECK(log_p(n) == doctest::Approx(std::log(sum / 80 / (2 * std::numbers::pi))).epsilon(1e-12));
  }
}

TEST_CASE("adaptive field: the law of x_t given a row has mean alpha x1 and deviation sigma + h alpha") {
  constexpr Index count = 40000;
  const Points x0 = normal_points(2, count, 1);
  const Vector x1{{1.5, -2}};
  const double h = 0.4;
  for (const double t : times) {
    CAPTURE(t);
    Points xt(2, count), ut(2, count);
    const Points end = (h * x0).colwise() + x1;
    path_sample(CondOt{}, Vector::Constant(count, t), x0, end, xt, ut);
    const Moments found = pair_moments(xt, xt);
    const double sigma = 1 - (1 - h) * t;
    // Five standard errors of a mean, and of a variance of normal draws.
    CHECK((found.mean0 - t * x1).cwiseAbs().maxCoeff() < 5 * sigma / std::sqrt(double(count)));
    CHECK((found.cov00 - sigma * sigma * Points::Identity(2, 2)).cwiseAbs().maxCoeff() <
          5 * sigma * sigma * std::sqrt(2.0 / count));
  }
}
