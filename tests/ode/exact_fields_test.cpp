// Fields whose flow is known: the solvers and the exact fields check each other.
#include <doctest/doctest.h>

#include <cmath>
#include <memory>
#include <numbers>
#include <vector>

#include "core/value.h"
#include "flow/empirical_field.h"
#include "flow/mixture_field.h"
#include "flow/pairs_field.h"
#include "flow/rescheduled_field.h"
#include "ode/known_fields.h"
#include "ode/solve.h"
#include "support/points.h"

using namespace fm;

namespace {

Dopri5 tight() {
  Dopri5 solver;
  solver.rtol = solver.atol = 1e-10;
  return solver;
}

/// Independent N(0, I) and N(m, I).
Moments unit_gaussians(const Vector& m) {
  const Index dim = m.size();
  const Points one = Points::Identity(dim, dim);
  return {Vector::Zero(dim), m, one, one, Points::Zero(dim, dim)};
}

}  // namespace

TEST_CASE("exact fields: the affine velocity carries mean and covariance of the pairs from end to end") {
  const Points x0 = normal_points(3, 100, 1);
  const Points x1 =
      (x0.array().square() + normal_points(3, 100, 2).array()).matrix();  // coupled, not Gaussian
  const Moments pairs = pair_moments(x0, x1);
  for_each_member<Scheduler>([&](const auto& scheduler) {
    CAPTURE(std::string(scheduler.name));
    const AffineField field(pairs, scheduler);
    const SchedulerValue s0 = scheduler_at(scheduler, 0), s1 = scheduler_at(scheduler, 1);
    const Points start = s0.alpha * x1 + s0.sigma * x0, goal = s1.alpha * x1 + s1.sigma * x0;
    const Moments found = [&] {
      const Points end = solve(field, tight(), start, 0, 1).x;
      return pair_moments(end, end);
    }();
    const Moments wanted = pair_moments(goal, goal);
    // A noise of a millionth may be left.
    CHECK((found.mean0 - wanted.mean0).norm() < 1e-5);
    CHECK((found.cov00 - wanted.cov00).norm() < 1e-5);
  });
}

TEST_CASE(
    "exact fields: between N(0, I) and N(m, I) points keep their place in the Gaussian that passes by") {
  const Vector m{{2, -1, 0.5}};
  const Points x0 = normal_points(3, 50, 1);
  for_each_member<Scheduler>([&](const auto& scheduler) {
    CAPTURE(std::string(scheduler.name));
    // x_t is N(alpha m, alpha^2 + sigma^2): from end to end the shift by m for most.
    const auto place = [&](double t) -> Points {
      const SchedulerValue s = scheduler_at(scheduler, t);
      return (std::hypot(s.alpha, s.sigma) * x0).colwise() + s.alpha * m;
    };
    const Points end = solve(AffineField(unit_gaussians(m), scheduler), tight(), place(0), 0, 1).x;
    CHECK((end - place(1)).cwiseAbs().maxCoeff() < 1e-5);
  });
}

TEST_CASE("exact fields: the paths of that map bend by 2 - pi/2 of energy a dimension") {
  const Vector m{{2, -1, 0.5}};
  const AffineField field(unit_gaussians(m), CondOt{});
  // Means over N(0, I) of quadratic functions are means over the 6 points +-sqrt(3) e_d.
  Points x0 = Points::Zero(3, 6);
  for (Index d = 0; d < 3; ++d) x0(d, 2 * d) = std::sqrt(3), x0(d, 2 * d + 1) = -std::sqrt(3);
  // Simpson's rule over 100 intervals: error below 100^-4 times a fourth derivative of some hundreds. A point
  // goes from node to node, so each piece starts where the one before ended.
  constexpr int intervals = 100;
  double energy = 0;
  Points x = x0, v(3, 6);
  for (int k = 0; k <= intervals; ++k) {
    const double t = k / double(intervals);
    field.evaluate(Vector::Constant(6, t), x, v);
    const double weight = k == 0 || k == intervals ? 1 : k % 2 == 1 ? 4 : 2;
    energy += weight / (3.0 * intervals) * v.squaredNorm() / 6;
    if (k < intervals) x = solve(field, tight(), x, t, (k + 1) / double(intervals)).x;
  }
  CHECK(std::abs((energy - m.squaredNorm()) / 3 - (2 - std::numbers::pi / 2)) < 1e-6);
}

TEST_CASE("exact fields: the conditional field follows psi_t(x0 | x1)") {
  const Points x0 = normal_points(2, 20, 1);
  const Vector x1{{0.5, -2}};
  for_each_member<Scheduler>([&](const auto& scheduler) {
    CAPTURE(std::string(scheduler.name));
    const ConditionalField field(x1, scheduler);
    for (const double t : {0.1, 0.5, 0.9, 0.99}) {
      CAPTURE(t);
      const SchedulerValue s = scheduler_at(scheduler, t);
      const SchedulerValue start = scheduler_at(scheduler, 0);
      const Points from = (start.sigma * x0).colwise() + start.alpha * x1;
      const Points psi = (s.sigma * x0).colwise() + s.alpha * x1;
      CHECK((solve(field, tight(), from, 0, t).x - psi).cwiseAbs().maxCoeff() < 1e-8 * start.sigma);
    }
  });
}

TEST_CASE("exact fields: following the empirical field draws the rows, each with its weight") {
  constexpr Index count = 20000, rows = 50;
  const Points target = normal_points(2, rows, 1);
  const EmpiricalField field(target, CondOt{});
  Points x0(2, count);
  fill_normal({2, Purpose::test}, 0, x0);
  const ThreadsFor threads(2);
  const Solution solution = solve(field, Dopri5{}, x0, 0, 1);
  CHECK(solution.t_end == field.domain().end);
  const double scale = std::sqrt(pair_moments(target, target).cov00.trace() / 2);
  Index on_a_row = 0;
  std::vector<double> hits(rows);
  for (Index n = 0; n < count; ++n) {
    Index nearest = 0;
    const double distance =
        std::sqrt((target.colwise() - solution.x.col(n)).colwise().squaredNorm().minCoeff(&nearest));
    if (distance < 1e-6 * scale) ++on_a_row;
    ++hits[static_cast<std::size_t>(nearest)];
  }
  CHECK(static_cast<double>(on_a_row) >= 0.999 * count);
  double chi_square = 0;
  constexpr double expected = static_cast<double>(count) / rows;
  for (const double hit : hits) chi_square += (hit - expected) * (hit - expected) / expected;
  MESSAGE("on a row: " << on_a_row << " of " << count << ", chi-square " << chi_square);
  // 49 degrees of freedom: 1e-4 quantiles 94.6 above, 20.4 below (too even to be independent draws).
  CHECK(chi_square < 94.6);
  CHECK(chi_square > 20.4);
}

namespace {

/// Whether draws have this mean, by 5 of its standard errors as the draws tell it: passed once in 1.7
/// million.
bool agrees(const Eigen::ArrayXd& draws, double expected) {
  const double deviation = std::sqrt((draws - draws.mean()).square().mean());
  return std::abs(draws.mean() - expected) < 5.0 * deviation / std::sqrt(static_cast<double>(draws.size()));
}

/// Checks mean and second moments of draws (2, N) against those of alpha x1 + sigma x0 + noise.
void check_moments(const Points& draws, const Moments& pairs, const SchedulerValue& s, double noise) {
  const Vector mean = s.alpha * pairs.mean1 + s.sigma * pairs.mean0;
  Points covariance = s.alpha * s.alpha * pairs.cov11 + s.sigma * s.sigma * pairs.cov00 +
                      s.alpha * s.sigma * (pairs.cov01 + pairs.cov01.transpose());
  covariance.diagonal().array() += noise * noise;
  for (Index i = 0; i < 2; ++i) {
    CAPTURE(i);
    CHECK(agrees(draws.row(i).transpose(), mean(i)));
    for (Index j = 0; j <= i; ++j)
      CHECK(agrees((draws.row(i).array() - mean(i)) * (draws.row(j).array() - mean(j)), covariance(i, j)));
  }
}

/// Moments of N(0, I) and independent targets.
Moments independent_moments(const Vector& mean, const Points& covariance) {
  return {Vector::Zero(2), mean, Points::Identity(2, 2), covariance, Points::Zero(2, 2)};
}

}  // namespace

TEST_CASE(
    "exact fields: from the source, following the field of a mixture draws it: mean, covariance and shares") {
  constexpr Index count = 4000;
  const Mixture mixture{Vector{{0.7, 0.3}},
                        Points{{1, -2}, {-1, 3}},
                        {Points{{0.5, 0.2}, {0.2, 0.4}}, Points{{0.2, -0.1}, {-0.1, 1}}}};
  const Moments moments = independent_moments(mixture_mean(mixture), mixture_covariance(mixture));
  const ThreadsFor threads(2);
  for_each_member<Scheduler>([&](const auto& scheduler) {
    CAPTURE(std::string(scheduler.name));
    const MixtureField field(mixture, scheduler);
    Points x0 = normal_points(2, count, 3);
    leave_source(field.start(), x0);
    const Points x = solve(field, Dopri5{}, x0, 0, 1).x;
    check_moments(x, moments, scheduler_at(scheduler, 1), 0);
    Points r(2, count);
    field.posterior_weights(Vector::Ones(count), x, r);
    CHECK(agrees(r.row(0).transpose(), 0.7));
  });
}

TEST_CASE("exact fields: from the source, following the field of weighted rows draws them, on every path") {
  constexpr Index count = 2000;
  const Points rows = (normal_points(2, 20, 1).array() + 0.5).matrix();
  const Vector weights = normal_points(1, 20, 2).row(0).cwiseAbs();
  const Vector share = weights / weights.sum(), mean = rows * share;
  const Points offset = rows.colwise() - mean;
  const Moments moments = independent_moments(mean, offset * share.asDiagonal() * offset.transpose());
  const ThreadsFor threads(2);
  for_each_member<Scheduler>([&](const auto& scheduler) {
    CAPTURE(std::string(scheduler.name));
    const EmpiricalField field(rows, weights, scheduler);
    Points x0 = normal_points(2, count, 3);
    leave_source(field.start(), x0);
    check_moments(solve(field, Dopri5{}, x0, 0, 1).x, moments, scheduler_at(scheduler, 1), 0);
  });
}

TEST_CASE("exact fields: the field of noisy pairs carries the noisy sources to the noisy targets") {
  constexpr Index rows = 40, copies = 100;
  constexpr double bridge_std = 0.3;
  const Points x0 = normal_points(2, rows, 1), x1 = (2 * normal_points(2, rows, 2)).array() + 1;
  const Points noise = bridge_std * normal_points(2, rows * copies, 3);
  const ThreadsFor threads(2);
  for_each_member<Scheduler>([&](const auto& scheduler) {
    CAPTURE(std::string(scheduler.name));
    const SchedulerValue s = scheduler_at(scheduler, 0);
    const PairsField field(x0, x1, Vector::Ones(rows), bridge_std, scheduler);
    const Points start = (s.alpha * x1 + s.sigma * x0).replicate(1, copies) + noise;
    // The draws are stratified over the pairs and so at least as good as independent ones.
    check_moments(solve(field, Dopri5{}, start, 0, 1).x, pair_moments(x0, x1), scheduler_at(scheduler, 1),
                  bridge_std);
  });
}

TEST_CASE("exact fields: the rows of an empirical field cannot be led back from t = 1") {
  const Points target = normal_points(2, 5, 1);
  const EmpiricalField field(target, CondOt{});
  for_each_member<Solver>([&](const auto& solver) {
    CAPTURE(std::string(solver.name));
    CHECK(error_of([&] { solve(field, solver, target, 1, 0); }).id() == "time-domain");
  });
}

TEST_CASE(
    "exact fields: on the path of another scheduler points arrive where that scheduler's own field brings "
    "them") {
  const Vector m{{2, -1, 0.5}};
  const Moments moments = unit_gaussians(m);
  const Points x0 = normal_points(3, 20, 1);
  for_each_member<Scheduler>([&](const auto& own) {
    for_each_member<Scheduler>([&](const auto& other) {
      if (snr_at(own, 1) < snr_at(other, 1))
        return;  // what noise is left there is taken away by the last step
      CAPTURE(std::string(own.name));
      CAPTURE(std::string(other.name));
      const RescheduledField field(std::make_unique<AffineField>(moments, own), own, other, moments);
      // x_t is N(alpha m, alpha^2 + sigma^2), and points keep their place in it.
      const auto place = [&](double t) -> Points {
        const SchedulerValue s = scheduler_at(other, t);
        return (std::hypot(s.alpha, s.sigma) * x0).colwise() + s.alpha * m;
      };
      Dopri5 tight;
      tight.rtol = tight.atol = 1e-8;
      const Points end = solve(field, tight, place(0), 0, 1).x;
      // Below the ratios of its own path the field is frozen, for an angle of snr_at(own, 0) at most: an
      // error of the second order. Above, vp and linear-vp stop at a noise of a thousandth, which counts by
      // its square.
      const double frozen = snr_at(own, 0);
      CHECK((end - place(1)).cwiseAbs().maxCoeff() < 1e-5 + 10 * frozen * frozen);
    });
  });
}
