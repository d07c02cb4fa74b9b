// Rectified flow (Liu, Gong and Liu 2023, arXiv:2209.03003, theorems 3.3 and 3.5): the pairs (Z_0, Z_1) of an
// exact field's flow have the marginals of the pairs (X_0, X_1) that the field was made from, and no convex
// cost of Z_1 - Z_0 is dearer; on the line their map is the monotone one.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/value.h"
#include "flow/mixture_field.h"
#include "flow/pairs_field.h"
#include "ode/solve.h"
#include "support/mixtures.h"
#include "support/points.h"

using namespace fm;

namespace {

/// Convex functions of a displacement (D).
const std::vector<std::pair<std::string, std::function<double(const Vector&)>>> convex_costs = {
    {"squared length", [](const Vector& d) { return d.squaredNorm(); }},
    {"length", [](const Vector& d) { return d.norm(); }},
    {"fourth power", [](const Vector& d) { return std::pow(d.squaredNorm(), 2); }},
    {"largest coordinate", [](const Vector& d) { return d.maxCoeff(); }},
    {"one direction's square", [](const Vector& d) { return d(0) * d(0); }},
    {"exponential", [](const Vector& d) { return std::exp(0.5 * d(0) - 0.3 * d(1)); }},
    {"length beyond 2", [](const Vector& d) { return std::max(0.0, d.norm() - 2); }}};

/// Checks that each mean cost of z1 - z0 is at most that of x1 - x0, all (2, N), by 5 standard errors of the
/// difference of two means: passed by chance once in 3 million.
void check_costs_fall(const Points& z0, const Points& z1, const Points& x0, const Points& x1) {
  const auto count = static_cast<double>(z0.cols());
  for (const auto& [name, cost] : convex_costs) {
    CAPTURE(name);
    Eigen::ArrayXd of_flow(z0.cols()), of_pairs(z0.cols());
    for (Index n = 0; n < z0.cols(); ++n) {
      of_flow(n) = cost(z1.col(n) - z0.col(n));
      of_pairs(n) = cost(x1.col(n) - x0.col(n));
    }
    const double variance =
        (of_flow - of_flow.mean()).square().mean() + (of_pairs - of_pairs.mean()).square().mean();
    CHECK(of_flow.mean() <= of_pairs.mean() + 5 * std::sqrt(variance / count));
  }
}

}  // namespace

TEST_CASE("reflow: no convex cost of the flow's pairs is dearer than that of the pairs it was made from") {
  constexpr Index count = 4000;
  const ThreadsFor threads(2);
  const Mixture mixture{Vector{{0.7, 0.3}},
                        Points{{1, -2}, {-1, 3}},
                        {Points{{0.5, 0.2}, {0.2, 0.4}}, Points{{0.2, -0.1}, {-0.1, 1}}}};
  const Points z0 = normal_points(2, count, 1);
  check_costs_fall(z0, solve(MixtureField(mixture, CondOt{}), Dopri5{}, z0, 0, 1).x,
                   normal_points(2, count, 2), draw_mixture(mixture, count, 3));
}

TEST_CASE("reflow: nor is it of pairs that cross on purpose") {
  constexpr Index rows = 40, copies = 100;
  constexpr double noise = 0.3;
  const ThreadsFor threads(2);
  const Points x0 = normal_points(2, rows, 1);
  const Points x1 = (-2 * x0 + 0.5 * normal_points(2, rows, 2)).array() + 1;
  const PairsField field(x0, x1, Vector::Ones(rows), noise, CondOt{});
  // A pair of the noisy path keeps its displacement: both ends are moved alike.
  const Points z0 = x0.replicate(1, copies) + noise * normal_points(2, rows * copies, 3);
  check_costs_fall(z0, solve(field, Dopri5{}, z0, 0, 1).x, x0.replicate(1, copies), x1.replicate(1, copies));
}

TEST_CASE("reflow: on the line the flow is the monotone map, whatever the pairs and the path") {
  // Of a mixture F(z1) is then F(z0), the normal law's distribution function.
  const Mixture mixture{Vector{{0.6, 0.4}}, Points{{-1, 2}}, {Points{{0.25}}, Points{{0.81}}}};
  const auto normal = [](double x) { return 0.5 * std::erfc(-x / std::sqrt(2.0)); };
  const auto distribution = [&](double x) {
    return 0.6 * normal((x + 1) / 0.5) + 0.4 * normal((x - 2) / 0.9);
  };
  Points z0(1, 81);
  for (Index n = 0; n < z0.cols(); ++n) z0(0, n) = -3.2 + 0.08 * static_cast<double>(n);
  Dopri5 solver;
  solver.rtol = solver.atol = 1e-9;
  for_each_member<Scheduler>([&](const auto& scheduler) {
    const SchedulerValue start = scheduler_at(scheduler, 0), end = scheduler_at(scheduler, 1);
    if (start.alpha != 0 || end.sigma != 0) return;  // its ends are other laws
    CAPTURE(std::string(scheduler.name));
    const Points z1 = solve(MixtureField(mixture, scheduler), solver, z0, 0, 1).x;
    for (Index n = 0; n < z0.cols(); ++n) CHECK(std::abs(distribution(z1(0, n)) - normal(z0(0, n))) < 1e-7);
  });
}
