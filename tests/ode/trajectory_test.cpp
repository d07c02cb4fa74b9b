#include "ode/trajectory.h"

#include <doctest/doctest.h>

#include <cmath>
#include <type_traits>

#include "core/value.h"
#include "flow/empirical_field.h"
#include "ode/counting_field.h"
#include "ode/known_fields.h"
#include "ode/solve.h"
#include "ode/solver_kinds.h"
#include "support/points.h"

using namespace fm;

namespace {

template <class Visitor>
void for_each_solver(const Visitor& visit) {
  for_each_member<Solver>([&](const auto& solver) {
    CAPTURE(solver.name);
    visit(Solver(solver));
  });
}

double largest_error(const Trajectories& paths, const Points& x0, const Vector& times) {
  double largest = 0;
  for (Index k = 0; k < times.size(); ++k)
    for (Index n = 0; n < x0.cols(); ++n) {
      const Vector exact = whirled(x0.col(n), times(0), times(k));
      largest = std::max(largest, (paths.x[static_cast<std::size_t>(k)].col(n) - exact).norm());
    }
  return largest;
}

}  // namespace

TEST_CASE("trajectory: starts at the start and ends where solve ends, bit for bit") {
  const FunctionField field = whirl();
  const Points x0 = 0.3 * normal_points(2, 600, 1);  // inside the circle, so that going back ends nowhere far
  for_each_solver([&](const Solver& solver) {
    for (const auto& [t0, t1] : {std::pair{0.0, 1.0}, std::pair{1.0, 0.25}}) {
      const Trajectories paths = trace(field, solver, x0, Vector{{t0, t1}}, false);
      const Solution end = solve(field, solver, x0, t0, t1);
      REQUIRE(paths.x.size() == 2);
      CHECK(same_bits(paths.x[0], x0));
      CHECK(same_bits(paths.x[1], end.x));
      CHECK(paths.evaluations == end.evaluations);
      CHECK(paths.v.empty());
    }
  });
}

TEST_CASE("trajectory: what is asked of solvers with their own steps changes neither steps nor positions") {
  const FunctionField field = whirl();
  const Points x0 = normal_points(2, 600, 1);
  const Vector few{{0, 0.3, 1}}, many = Vector::LinSpaced(101, 0, 1);
  CHECK(many(30) == 0.3);
  for_each_adaptive([&](const auto& solver) {
    const Trajectories a = trace(field, solver, x0, few, false), b = trace(field, solver, x0, many, false);
    CHECK(same_bits(a.x[1], b.x[30]));
    CHECK(same_bits(a.x[2], b.x[100]));
    const Solution end = solve(field, solver, x0, 0, 1);
    CHECK(same_bits(a.x[2], end.x));
    // Only stages for the interpolant may come on top, in each step with an asked time inside.
    constexpr bool has_more = std::is_same_v<std::decay_t<decltype(solver)>, Dopri8>;
    for (std::size_t n = 0; n < 600; ++n) {
      const std::int64_t more = b.evaluations[n] - end.evaluations[n];
      REQUIRE(more % 3 == 0);
      REQUIRE((has_more ? more > 0 : more == 0));
    }
  });
}

TEST_CASE("trajectory: times that divide the steps change no bit of fixed steps, and cost nothing") {
  const FunctionField field = whirl();
  const Points x0 = normal_points(2, 20, 1);
  for_each_member<Solver>([&]<class Member>(Member solver) {
    CAPTURE(Member::name);
    if constexpr (requires { solver.steps; }) {
      solver.steps = 16;
      const Trajectories paths = trace(field, solver, x0, Vector{{0, 0.25, 0.5, 1}}, false);
      const Solution end = solve(field, solver, x0, 0, 1);
      CHECK(same_bits(paths.x[3], end.x));
      CHECK(paths.evaluations == end.evaluations);
      // Others put whole steps between the times, at least as short ones: 5 in [0, 0.3], 12 in [0.3, 1].
      const auto stages = end.evaluations[0] / 16;
      CHECK(trace(field, solver, x0, Vector{{0, 0.3, 1}}, false).evaluations[0] == 17 * stages);
    }
  });
}

TEST_CASE("trajectory: positions between are as exact as the end, forwards and backwards") {
  const FunctionField field = whirl();
  Points x0 = normal_points(2, 40, 1);
  x0 = x0.array().rowwise() / x0.colwise().norm().array() * 0.8;
  for (const double tolerance : {1e-4, 1e-7, 1e-10}) {
    CAPTURE(tolerance);
    for_each_adaptive([&](auto solver) {
      solver.rtol = solver.atol = tolerance;
      // The interpolant's error is of the order of the step's own.
      for (const Vector& times : {Vector(Vector::LinSpaced(57, 0, 1)), Vector(Vector::LinSpaced(57, 1, 0.2))})
        CHECK(largest_error(trace(field, solver, x0, times, false), x0, times) < 80 * tolerance);
    });
  }
  Rk4 steps;
  steps.steps = 100;
  const Vector uneven{{0, 0.001, 0.4, 0.41, 1}};
  CHECK(largest_error(trace(field, steps, x0, uneven, false), x0, uneven) < 1e-7);
}

TEST_CASE("trajectory: interpolants of order 4 and more are exact for a path of degree 4") {
  // Velocity of degree 3 in t alone; the path is a quartic, which an interpolant of order 4 reproduces.
  const FunctionField field(2, [](double t, const Vector&) {
    return Vector{{4 * t * t * t - 6 * t + 1, 3 * t * t - 8 * t * t * t}};
  });
  const Vector times = Vector::LinSpaced(101, 0, 1);
  for (const Solver& solver : {Solver(Dopri5{}), Solver(Tsit5{}), Solver(Dopri8{})}) {
    CAPTURE(name_of(solver));
    const Trajectories paths = trace(field, solver, Points::Zero(2, 1), times, false);
    for (Index k = 0; k < 101; ++k) {
      const double t = times(k), square = t * t;
      const Vector exact{{square * square - 3 * square + t, square * t - 2 * square * square}};
      CHECK((paths.x[static_cast<std::size_t>(k)] - exact).norm() < 2e-14);
    }
  }
}

TEST_CASE("trajectory: velocities are the field's at the positions, at no cost of the solver's") {
  const FunctionField field = whirl();
  const Points x0 = normal_points(2, 600, 1);
  const Vector times{{0, 0.3, 1}};
  for_each_solver([&](const Solver& solver) {
    const CountingField counting(field);
    const Trajectories paths = trace(counting, solver, x0, times, true);
    REQUIRE(paths.v.size() == 3);
    for (std::size_t k = 0; k < 3; ++k) {
      Points v(2, 600);
      field.evaluate(Vector::Constant(600, times(static_cast<Index>(k))), paths.x[k], v);
      CHECK(same_bits(paths.v[k], v));
    }
    std::int64_t sum = 3 * 600;
    for (const std::int64_t count : paths.evaluations) sum += count;
    CHECK(counting.points() == sum);
  });
}

TEST_CASE("trajectory: a field that ends before 1 makes its last step, asked for its end or not") {
  const FunctionField field = whirl({0, 0.875});
  const Points x0 = normal_points(2, 5, 1);
  for_each_solver([&](const Solver& solver) {
    const Trajectories with = trace(field, solver, x0, Vector{{0, 0.5, 0.875, 1}}, true),
                       without = trace(field, solver, x0, Vector{{0, 0.5, 1}}, true);
    REQUIRE(with.x.size() == 4);
    REQUIRE(without.x.size() == 3);
    CHECK(same_bits(with.x[3], 2 * with.x[2]));
    CHECK(same_bits(without.x[2], with.x[3]));
    REQUIRE(with.v.size() == 4);
    REQUIRE(without.v.size() == 3);
    CHECK(same_bits(with.v[3], with.v[2]));
    CHECK(same_bits(without.v[2], with.v[2]));
  });
}

TEST_CASE("trajectory: times that do not rise or fall strictly are an error") {
  const FunctionField field = whirl();
  const Points x0 = normal_points(2, 5, 1);
  for_each_solver([&](const Solver& solver) {
    for (const Vector& times : {Vector{{0, 0, 1}}, Vector{{0, 0.5, 0.4}}, Vector{{1, 0.5, 0.6}}})
      CHECK(error_of([&] { trace(field, solver, x0, times, false); }).id() == "times-order");
    CHECK(error_of([&] { trace(field, solver, x0, Vector{{0, 1.5}}, false); }).id() == "time-domain");
  });
}
