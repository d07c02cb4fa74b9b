// Log-densities along fields whose law is known.
#include "ode/log_density.h"

#include <doctest/doctest.h>

#include <Eigen/Cholesky>
#include <cmath>
#include <numbers>
#include <string>

#include "core/numeric.h"
#include "core/value.h"
#include "data/standardiser.h"
#include "flow/empirical_field.h"
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

struct Normal {
  Vector mean;
  Points covariance;
};

/// log N(x; mean, covariance) by Cholesky's factor.
double log_density_of(const Normal& law, const Vector& x) {
  const Eigen::LLT<Points> factor(law.covariance);
  const Vector white = factor.matrixL().solve(x - law.mean);
  return -0.5 * (white.squaredNorm() + static_cast<double>(x.size()) * std::log(2 * std::numbers::pi)) -
         Vector(factor.matrixLLT().diagonal()).array().log().sum();
}

/// The field from N(0, I) to a normal law, independent coupling.
AffineField field_to(const Normal& law) {
  const Index dim = law.mean.size();
  return {{Vector::Zero(dim), law.mean, Points::Identity(dim, dim), law.covariance, Points::Zero(dim, dim)},
          CondOt{}};
}

Normal correlated() {
  return {Vector{{1, -2, 0.5}}, Points{{2, 0.6, -0.3}, {0.6, 0.5, 0.1}, {-0.3, 0.1, 0.25}}};
}

/// dx/dt = A x: the flow is exp(A t), its log-volume trace(A) t, and no two entries of A are alike.
FunctionField linear(const Points& a) {
  return {a.rows(),
          [a](double, const Vector& x) -> Vector { return a * x; },
          {},
          [a](double, const Vector&) { return a; }};
}

bool same_solution(const DensitySolution& a, const DensitySolution& b) {
  return same_bits(a.x, b.x) && same_bits(a.log_density, b.log_density) &&
         same_bits(a.log_density_error, b.log_density_error) && same_bits(a.error, b.error) &&
         a.evaluations == b.evaluations;
}

/// Columns [begin, begin + count) of a solution.
DensitySolution part_of(const DensitySolution& whole, Index begin, Index count) {
  DensitySolution part;
  part.x = whole.x.middleCols(begin, count);
  part.evaluations.assign(whole.evaluations.begin() + begin, whole.evaluations.begin() + begin + count);
  part.error = whole.error.segment(begin, count);
  part.log_density = whole.log_density.segment(begin, count);
  if (whole.log_density_error.size() > 0)
    part.log_density_error = whole.log_density_error.segment(begin, count);
  return part;
}

}  // namespace

TEST_CASE("log-density: the Jacobians of the known fields are difference quotients") {
  const FunctionField turning = whirl();
  const AffineField affine = field_to(correlated());
  const auto check = [](const VelocityField& field) {
    const Index count = 20;
    const Points x = normal_points(field.dim(), count, 1), dx = normal_points(field.dim(), count, 2);
    const Vector t = Vector::LinSpaced(count, 0, 1);
    Points v(x.rows(), count), dv = v, ahead = v, behind = v;
    const double h = 1e-5;  // error h^2 of the quotient, 1e-16 / h of its rounding
    field.evaluate(t, x + h * dx, ahead);
    field.evaluate(t, x - h * dx, behind);
    field.tangent(t, x, dx, v, dv);
    CHECK((dv - (ahead - behind) / (2 * h)).cwiseAbs().maxCoeff() < 1e-7);
  };
  check(turning);
  check(affine);
}

TEST_CASE("log-density: along a nonlinear flow it falls by the log-volume of the map") {
  const FunctionField field = whirl();
  const Points x0 = normal_points(2, 50, 1);
  const DensitySolution found = solve_with_density(field, tight(), ExactDivergence{}, 0, x0, 0, 1);
  CHECK(found.log_density_error.size() == 0);
  for (Index n = 0; n < x0.cols(); ++n) {
    const double wanted =
        -std::log(2 * std::numbers::pi) - x0.col(n).squaredNorm() / 2 - whirl_log_volume(x0.col(n), 0, 1);
    CHECK(std::abs(found.log_density(n) - wanted) < 1e-8);
    CHECK((found.x.col(n) - whirled(x0.col(n), 0, 1)).norm() < 1e-8);
  }
}

TEST_CASE("log-density: in data units it is that of the normal law, under each scaling") {
  const Normal law{Vector{{100, -2, 0.05}}, Points{{900, 20, -0.3}, {20, 4, -0.001}, {-0.3, -0.001, 0.0004}}};
  const Points rows =
      (Points(law.covariance.llt().matrixL()) * normal_points(3, 200, 1)).colwise() + law.mean;
  for (const auto& [kind, name] : enum_names(Standardize{})) {
    CAPTURE(std::string(name));
    const Standardiser map = fit_standardiser(rows, kind);
    const Vector inverse = map.scale.cwiseInverse();
    const AffineField field = field_to({(law.mean - map.shift).cwiseProduct(inverse),
                                        inverse.asDiagonal() * law.covariance * inverse.asDiagonal()});
    const DensitySolution there = solve_with_density(field, tight(), ExactDivergence{}, 0,
                                                     to_coordinates(map, rows.leftCols(20)), 1, 0);
    for (Index n = 0; n < 20; ++n)
      CHECK(std::abs(there.log_density(n) - log_volume(map) - log_density_of(law, rows.col(n))) < 1e-6);
  }
}

TEST_CASE("log-density: forwards and backwards a point has the same, for every solver and divergence") {
  const FunctionField field = whirl();
  const Points x0 = 0.5 * normal_points(2, 20, 1);
  for_each_member<Solver>([&](auto solver) {
    for_each_member<Divergence>([&](const auto& divergence) {
      CAPTURE(std::string(solver.name));
      CAPTURE(std::string(divergence.name));
      // Of first order, 1500 steps of length 7e-4 and derivatives of some twenty; of higher orders far less.
      // Of dopri5 a hundred local errors at most, as backwards the whirl spreads.
      double bound = 2e-2;
      if constexpr (requires { solver.steps; }) {
        solver.steps = 1500;
      } else {
        solver.rtol = solver.atol = 1e-6;
        bound = 1e-4;
      }
      const auto there = solve_with_density(field, solver, divergence, 3, x0, 0, 1, 5);
      const auto back = solve_with_density(field, solver, divergence, 3, there.x, 1, 0, 5);
      CHECK((back.x - x0).cwiseAbs().maxCoeff() < bound);
      CHECK((back.log_density - there.log_density).cwiseAbs().maxCoeff() < bound);
      if (there.log_density_error.size() > 0)
        CHECK((back.log_density_error - there.log_density_error).cwiseAbs().maxCoeff() < bound);
    });
  });
}

TEST_CASE("log-density: at a time before 1 it is that of the law on its way") {
  const Normal law = correlated();
  const AffineField field = field_to(law);
  const double t = 0.4;
  const DensitySolution found =
      solve_with_density(field, tight(), ExactDivergence{}, 0, normal_points(3, 20, 1), 0, t);
  const Normal on_its_way{t * law.mean, t * t * law.covariance + (1 - t) * (1 - t) * Points::Identity(3, 3)};
  for (Index n = 0; n < 20; ++n)
    CHECK(std::abs(found.log_density(n) - log_density_of(on_its_way, found.x.col(n))) < 1e-7);
}

TEST_CASE("log-density: its exponential integrates to 1") {
  const AffineField field = field_to({Vector{{0.5, -1}}, Points{{1, 0.9}, {0.9, 1}}});
  // Out to 6 standard deviations; the sum of a smooth function that vanishes at the edges has no error of its
  // own. Of the solver: 1e-4 a point and either way.
  const Index side = 61;
  const double step = 0.2;
  Points grid(2, side * side);
  for (Index n = 0; n < grid.cols(); ++n)
    grid.col(n) << 0.5 + step * static_cast<double>(n % side - side / 2),
        -1 + step * static_cast<double>(n / side - side / 2);
  const DensitySolution found = solve_with_density(field, Dopri5{}, ExactDivergence{}, 0, grid, 1, 0);
  CHECK(std::abs(found.log_density.array().exp().sum() * step * step - 1) < 1e-3);
}

TEST_CASE("log-density: points, blocks and threads do not change a bit, and rows are known by number") {
  const FunctionField field = whirl();
  const Points x0 = 0.4 * normal_points(2, 1100, 1);
  for_each_member<Solver>([&](auto solver) {
    if constexpr (requires { solver.steps; }) solver.steps = 5;
    for_each_member<Divergence>([&](const auto& divergence) {
      CAPTURE(std::string(solver.name));
      CAPTURE(std::string(divergence.name));
      const auto whole = solve_with_density(field, solver, divergence, 3, x0, 0, 1, 1000);
      const ThreadsFor two(2);
      CHECK(same_solution(whole, solve_with_density(field, solver, divergence, 3, x0, 0, 1, 1000)));
      for (const Index begin : {0, 1, 511, 1099}) {
        const Index count = std::min<Index>(7, 1100 - begin);
        CHECK(same_solution(part_of(whole, begin, count),
                            solve_with_density(field, solver, divergence, 3, x0.middleCols(begin, count), 0,
                                               1, 1000 + begin)));
      }
    });
  });
}

TEST_CASE("log-density: equal steps lead points to the same bits with it as without") {
  const FunctionField field = whirl();
  const Points x0 = normal_points(2, 30, 1);
  for_each_member<Solver>([&](const auto& solver) {
    if constexpr (requires { solver.steps; }) {
      const Points alone = solve(field, solver, x0, 0, 1).x;
      for_each_member<Divergence>([&](const auto& divergence) {
        CHECK(same_bits(solve_with_density(field, solver, divergence, 0, x0, 0, 1).x, alone));
      });
    }
  });
}

TEST_CASE("log-density: dopri5 takes shorter steps where only the divergence is rough") {
  // With y = x / size: dy/dt = sin(y + 40 t). Positions move by less than any tolerance, while the divergence
  // is cos(y + 40 t). For w = y + 40 t, dw/dt = 40 + sin w = f(w), whose map has the slope f(w_1) / f(w_0).
  constexpr double size = 1e-9;
  const FunctionField fine(
      1, [](double t, const Vector& x) -> Vector { return Vector{{size * std::sin(x(0) / size + 40 * t)}}; },
      {}, [](double t, const Vector& x) -> Points { return Points{{std::cos(x(0) / size + 40 * t)}}; });
  const FunctionField coarse(
      1, [](double t, const Vector& y) -> Vector { return Vector{{std::sin(y(0) + 40 * t)}}; });
  const double y0 = 0.3, w1 = solve(coarse, tight(), Points{{y0}}, 0, 1).x(0, 0) + 40;
  const double log_volume = std::log((40 + std::sin(w1)) / (40 + std::sin(y0)));
  const Points x0{{size * y0}};
  const DensitySolution found = solve_with_density(fine, Dopri5{}, ExactDivergence{}, 0, x0, 0, 1);
  CHECK(std::abs(found.log_density(0) - normal_log_density(x0)(0) + log_volume) < 2e-3);
  CHECK(found.evaluations[0] > 2 * solve(fine, Dopri5{}, x0, 0, 1).evaluations[0]);
}

TEST_CASE("log-density: Hutchinson's estimate is within 3 standard errors in 97 of 100 seeds") {
  const Points a = 0.3 * normal_points(10, 10, 8);
  const FunctionField field = linear(a);
  const Points x0 = normal_points(10, 1, 1);
  const double exact = normal_log_density(x0)(0) - a.trace();
  Vector estimates(100), errors(100);
  Index within = 0;
  for (Index seed = 0; seed < 100; ++seed) {
    const auto found = solve_with_density(field, Rk4{}, Hutchinson{.probes = 64},
                                          static_cast<std::uint64_t>(seed), x0, 0, 1);
    estimates(seed) = found.log_density(0);
    errors(seed) = found.log_density_error(0);
    within += std::abs(estimates(seed) - exact) <= 3 * errors(seed);
  }
  // Student's t of 63 degrees of freedom leaves 3 with probability 0.4 %: more than 3 of 100 in 1 of 1200
  // runs.
  MESSAGE("within 3 standard errors: " << within << " of 100");
  CHECK(within >= 97);
  // The mean of 100 has a standard error of its own; 4 of them are left in 1 of 16000 runs.
  const Estimate mean = mean_estimate(estimates);
  CHECK(std::abs(mean.value - exact) < 4 * mean.standard_error);
  // A probe's variance is sum_{i<j} (a_ij + a_ji)^2. Standard deviations of 100 estimates are known to
  // 1/sqrt(200) = 7 %, four of which are 28 %.
  const Points doubled = a + a.transpose();
  const double variance = (doubled.squaredNorm() - doubled.diagonal().squaredNorm()) / 2;
  const double wanted = std::sqrt(variance / 64);
  CHECK(mean.standard_error * 10 == doctest::Approx(wanted).epsilon(0.28));
  CHECK(errors.mean() == doctest::Approx(wanted).epsilon(0.05));
}

TEST_CASE(
    "log-density: Hutchinson's probes are exact where the Jacobian is diagonal, and rows have their own") {
  const FunctionField diagonal = linear(Vector{{0.5, -1, 2}}.asDiagonal());
  const Points x0 = normal_points(3, 1, 1).replicate(1, 8);
  const auto flat = solve_with_density(diagonal, tight(), Hutchinson{}, 0, x0, 0, 1);
  CHECK((flat.log_density - (normal_log_density(x0).array() - 1.5).matrix()).cwiseAbs().maxCoeff() < 1e-12);
  CHECK(flat.log_density_error.maxCoeff() < 1e-12);
  // Off the diagonal 8 equal points at rows 0 to 7 have different estimates, and so do other seeds.
  const FunctionField mixed = linear(normal_points(3, 3, 8));
  const auto rows = solve_with_density(mixed, Rk4{}, Hutchinson{}, 0, x0, 0, 1);
  CHECK(rows.log_density.maxCoeff() - rows.log_density.minCoeff() > 0.1);
  const auto other = solve_with_density(mixed, Rk4{}, Hutchinson{}, 1, x0, 0, 1);
  CHECK((rows.log_density - other.log_density).cwiseAbs().maxCoeff() > 0.1);
}

TEST_CASE("log-density: Hutchinson's signs of far columns are drawn anew") {
  // Only columns 64 and 65 apart act on each other: signs that came again would show as a trace of 130 or so.
  Points a = Points::Zero(130, 130);
  for (Index d = 0; d + 64 < 130; ++d) {
    a(d, d + 64) = 1;
    if (d + 65 < 130) a(d + 65, d) = 1;
  }
  const Points x0 = normal_points(130, 1, 1);
  const auto found = solve_with_density(linear(a), Rk4{}, Hutchinson{.probes = 64}, 0, x0, 0, 1);
  const double exact = normal_log_density(x0)(0);  // the trace is 0
  CHECK(std::abs(found.log_density(0) - exact) < 4 * found.log_density_error(0));
  // 66 + 65 products of two signs: variance 131 a probe; its estimate from 64 probes is good to 4/sqrt(128).
  CHECK(found.log_density_error(0) == doctest::Approx(std::sqrt(131.0 / 64)).epsilon(0.36));
}

TEST_CASE("log-density: a point's number does not change its steps") {
  // Nothing but the diagonal acts, so that all probes agree and only the number itself could.
  const FunctionField diagonal = linear(Vector{{0.5, -1, 2}}.asDiagonal());
  const Points x0 = Points::Zero(3, 1);  // whose size makes the first step short
  const auto at = [&](std::int64_t row) {
    return solve_with_density(diagonal, Dopri5{}, Hutchinson{}, 0, x0, 0, 1, row);
  };
  CHECK(at(0).evaluations == at(999999999999999).evaluations);
  CHECK(same_bits(at(0).error, at(999999999999999).error));
}

TEST_CASE("log-density: where there is none is an error") {
  const Points x = normal_points(2, 3, 1);
  const EmpiricalField empirical(x, CondOt{});
  for_each_member<Divergence>([&](const auto& divergence) {
    CAPTURE(std::string(divergence.name));
    const auto id = [&](const VelocityField& field, double t0, double t1) {
      return error_of([&] { solve_with_density(field, Dopri5{}, divergence, 0, x, t0, t1); }).id();
    };
    CHECK(id(empirical, 0, 1) == "no-density");
    CHECK(id(empirical, 1, 0) == "no-density");
    CHECK(id(whirl(), 0.2, 0.7) == "density-times");
    CHECK(id(whirl(), 1, 0.5) == "density-times");
    CHECK(id(whirl(), 0, 0) == "times-order");
    const FunctionField plain(2, [](double, const Vector& v) -> Vector { return v; });
    CHECK(id(plain, 0, 1) == "no-derivative");
    const FunctionField late(
        2, [](double t, const Vector& v) -> Vector { return t > 0.5 ? v / 0.0 : v; }, {},
        [](double, const Vector&) -> Points { return Points::Identity(2, 2); });
    CHECK(error_of([&] { solve_with_density(late, Rk4{}, divergence, 0, x, 0, 1, 40); }).id() ==
          "non-finite-velocity");
  });
}
