// The exact flow of adaptive paths: where it leads, and with which density.
#include <doctest/doctest.h>

#include <cmath>

#include "flow/adaptive_field.h"
#include "flow/adaptive_path.h"
#include "flow/moments.h"
#include "ode/log_density.h"
#include "ode/solve.h"
#include "support/points.h"

using namespace fm;

namespace {

Dopri5 tight() {
  Dopri5 solver;
  solver.rtol = solver.atol = 1e-9;
  return solver;
}

}  // namespace

TEST_CASE("adaptive flow: to one row the ODE from x0 reproduces psi_t(x0 | x1), up to t = 1") {
  const Points x1{{2}, {-1}}, x0 = normal_points(2, 30, 1);
  const double h = 0.05;
  const AdaptiveField field(x1, Vector{{h}}, CondOt{});
  for (const double t : {0.3, 0.8, 1.0}) {
    CAPTURE(t);
    const Points psi = ((1 - (1 - h) * t) * x0).colwise() + t * x1.col(0);
    CHECK((solve(field, tight(), x0, 0, t).x - psi).cwiseAbs().maxCoeff() < 1e-7);
  }
}

TEST_CASE("adaptive flow: it carries the source to the kernel density estimate, point by point in density") {
  const Points rows = normal_points(2, 30, 2);
  const Vector h = adaptive_bandwidths({.neighbors = 4}, rows, rows);
  const AdaptiveField field(rows, h, CondOt{});
  constexpr Index count = 4000;
  const Points start = normal_points(2, count, 3), end = solve(field, tight(), start, 0, 1).x;
  // Mean and covariance of the estimate; fourth moments of these laws are below ten times squared variances.
  const Moments found = pair_moments(end, end);
  Points covariance = pair_moments(rows, rows).cov00;
  covariance.diagonal().array() += h.squaredNorm() / 30;
  const double size = covariance.diagonal().maxCoeff();
  CHECK((found.mean0 - rows.rowwise().mean()).cwiseAbs().maxCoeff() < 4 * std::sqrt(size / count));
  CHECK((found.cov00 - covariance).cwiseAbs().maxCoeff() < 4 * size * std::sqrt(10.0 / count));
  // The change of variables along the ODE, from the closed form at t = 1 back to the normal source.
  const Points some = end.leftCols(40);
  const DensitySolution back = solve_with_density(field, tight(), ExactDivergence{}, 0, some, 1, 0, 0);
  CHECK((back.x - start.leftCols(40)).cwiseAbs().maxCoeff() < 1e-5);
  CHECK((back.log_density - log_densities(field, 1, some)).cwiseAbs().maxCoeff() < 1e-5);
}
