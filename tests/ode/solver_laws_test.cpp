// What holds for every solver: order, exactness of times, independence of points, errors.
#include <doctest/doctest.h>

#include <atomic>
#include <cmath>
#include <limits>
#include <string>
#include <type_traits>
#include <vector>

#include "core/value.h"
#include "ode/known_fields.h"
#include "ode/solve.h"
#include "ode/solver_kinds.h"
#include "support/points.h"

using namespace fm;

namespace {

/// Still, but not a number for negative points from time `from` on.
FunctionField broken(double from) {
  return {1, [from](double t, const Vector& x) -> Vector {
            return Vector{{t >= from && x(0) < 0 ? std::nan("") : 0.0}};
          }};
}

}  // namespace

TEST_CASE("solver: fixed steps converge at the order of their tableau") {
  const FunctionField field = whirl();
  // Away from the ends, where the multistep solver's variable is infinite.
  const Points x0{{1.2}, {0.3}}, end = whirled_all(x0, 0.1, 0.9);
  for_each_fixed([&](auto solver) {
    const auto error = [&](std::int64_t steps) {
      solver.steps = steps;
      return (solve(field, solver, x0, 0.1, 0.9).x - end).norm();
    };
    // Fine enough that the next term of the error is small, coarse enough that rounding is.
    const std::int64_t steps = method_of(solver).order == 4 ? 64 : 400;
    const double order = std::log2(error(steps) / error(2 * steps));
    MESSAGE(std::string(solver.name) << ": order " << order);
    CHECK(std::abs(order - method_of(solver).order) < 0.2);
  });
}

TEST_CASE("solver: forward and backward returns to the start") {
  const FunctionField field = whirl();
  const Points x0 = starts(20);
  for_each_member<Solver>([&](auto solver) {
    CAPTURE(std::string(solver.name));
    double bound = 1e-4;
    if constexpr (requires { solver.steps; }) {
      const int order = method_of(solver).order;
      solver.steps = order == 1 ? 20000 : order == 2 ? 2000 : 200;
      if (order == 1) bound = 1e-2;
    } else {
      solver.rtol = solver.atol = 1e-9;
    }
    const Points there = solve(field, solver, x0, 0.1, 0.8).x;
    const Points back = solve(field, solver, there, 0.8, 0.1).x;
    // Local errors of size h^(order + 1), stretched on the way back, where the whirl leaves its cycle.
    CHECK((back - x0).colwise().norm().maxCoeff() < bound);
  });
}

TEST_CASE("solver: a point's result is its own, in any place and for any number of threads, bit for bit") {
  const FunctionField field = whirl();
  const Points x0 = starts(1100);  // three chunks
  for_each_member<Solver>([&](const auto& solver) {
    CAPTURE(std::string(solver.name));
    const Solution all = solve(field, solver, x0, 0, 1);
    for (const int count : {2, 3}) {
      const ThreadsFor threads(count);
      const Solution again = solve(field, solver, x0, 0, 1);
      CHECK(same_bits(again.x, all.x));
      CHECK(again.evaluations == all.evaluations);
      CHECK(same_bits(again.error, all.error));
    }
    const Solution backwards = solve(field, solver, x0.rowwise().reverse(), 0, 1);
    CHECK(same_bits(backwards.x.rowwise().reverse(), all.x));
    for (Index n = 0; n < 1100; n += 37) {
      const Solution alone = solve(field, solver, x0.col(n), 0, 1);
      REQUIRE(same_bits(alone.x, all.x.col(n)));
      REQUIRE(alone.evaluations[0] == all.evaluations[static_cast<std::size_t>(n)]);
      REQUIRE(alone.error(0) == all.error(n));
    }
  });
}

TEST_CASE("solver: fixed steps cost stages times steps") {
  std::atomic<std::int64_t> asked = 0;
  const FunctionField field(1, [&](double, const Vector& x) -> Vector { return ++asked, x; });
  const Points x0 = Points::Ones(1, 3);
  for_each_fixed([&](auto solver) {
    for (const std::int64_t steps : {1, 7, 50}) {
      CAPTURE(steps);
      solver.steps = steps;
      asked = 0;
      const Solution solution = solve(field, solver, x0, 0, 1);
      const std::int64_t each = method_of(solver).stages * steps;
      CHECK(each == solver.step_evaluations * steps);
      CHECK(solution.evaluations == std::vector<std::int64_t>{each, each, each});
      CHECK(asked == 3 * each);
      CHECK(solution.error == Vector::Zero(3));
      CHECK(solution.t_end == 1);
    }
  });
}

TEST_CASE("solver: no solver asks outside the interval or the domain, at any length and in both directions") {
  const Points x0 = 0.3 * starts(5);  // inside the circle: outside, going back ends at infinity
  for (const double begin : {0.0, 0.1, 0.3}) {
    for (const double end : {begin + 1e-12, begin + 1e-3, 0.7, 0.9, 0.9999, 1.0}) {
      CAPTURE(begin);
      CAPTURE(end);
      const FunctionField field = whirl({begin, end});
      for_each_member<Solver>([&](auto solver) {
        CAPTURE(std::string(solver.name));
        for (const std::int64_t steps : {1, 3, 7, 10, 49}) {
          if constexpr (requires { solver.steps; }) solver.steps = steps;
          CHECK_NOTHROW(solve(field, solver, x0, begin, end));
          CHECK_NOTHROW(solve(field, solver, x0, end, begin));
        }
      });
    }
  }
}

TEST_CASE("solver: beyond the end of the domain follows the field's own last step") {
  const FunctionField field = whirl({0, 0.9});
  const Points x0 = starts(7);
  for_each_member<Solver>([&](const auto& solver) {
    CAPTURE(std::string(solver.name));
    const Solution at_end = solve(field, solver, x0, 0, 0.9), beyond = solve(field, solver, x0, 0, 1);
    CHECK(same_bits(beyond.x, 2 * at_end.x));
    CHECK(beyond.t_end == 0.9);
    CHECK(beyond.evaluations == at_end.evaluations);
    const Solution only_last = solve(field, solver, x0, 0.9, 1);
    CHECK(same_bits(only_last.x, 2 * x0));
    CHECK(only_last.evaluations == std::vector<std::int64_t>(7, 0));
    for (const auto& [t0, t1] : {std::pair{1.0, 0.0}, {0.0, 0.95}, {-0.1, 0.5}, {0.5, std::nan("")}}) {
      CAPTURE(t0);
      CAPTURE(t1);
      const Error error = error_of([&] { solve(field, solver, x0, t0, t1); });
      CHECK(error.id() == "time-domain");
      CHECK(error.kind() == ErrorKind::numeric);
    }
  });
}

TEST_CASE("solver: nothing to move is no error") {
  for_each_member<Solver>([&](const auto& solver) {
    CAPTURE(std::string(solver.name));
    const Solution solution = solve(whirl(), solver, Points(2, 0), 0, 1);
    CHECK(solution.x.rows() == 2);
    CHECK(solution.x.cols() == 0);
    CHECK(solution.evaluations.empty());
  });
}

TEST_CASE("solver: a velocity that is not finite from the start names its point and time") {
  Points x0 = Points::Ones(1, 600);
  x0(0, 530) = -1;  // in the second chunk
  for (const int count : {1, 2, 3}) {
    const ThreadsFor threads(count);
    for_each_member<Solver>([&](const auto& solver) {
      CAPTURE(std::string(solver.name));
      const Error error = error_of([&] { solve(broken(0), solver, x0, 0, 1, 1000000); });
      CHECK(error.id() == "non-finite-velocity");
      CHECK(error.kind() == ErrorKind::numeric);
      CHECK(std::string(error.what()).find("point 1000531 ") != std::string::npos);
      CHECK(std::string(error.what()).find("t = 0") != std::string::npos);
    });
  }
}

TEST_CASE("solver: a velocity that is not finite on the way is an error that names its point") {
  Points x0 = Points::Ones(1, 600);
  x0(0, 3) = -1;
  for_each_member<Solver>([&](const auto& solver) {
    CAPTURE(std::string(solver.name));
    const Error error = error_of([&] { solve(broken(0.5), solver, x0, 0, 1, 40); });
    CHECK(error.kind() == ErrorKind::numeric);
    CHECK(error.id() == "non-finite-velocity");
    CHECK(std::string(error.what()).find("point 44 ") != std::string::npos);
  });
}

TEST_CASE("solver: a path that leaves the doubles is an error, never a result") {
  // dx/dt = x^2 from 2 is infinite at t = 1/2; an infinite step at constant speed has no error estimate.
  const FunctionField blow_up(1, [](double, const Vector& x) -> Vector { return x.cwiseAbs2(); });
  const FunctionField fast(1, [](double, const Vector&) -> Vector { return Vector{{1.7e308}}; });
  for_each_member<Solver>([&](auto solver) {
    CAPTURE(std::string(solver.name));
    if constexpr (requires { solver.steps; }) solver.steps = 100;
    const Error error = error_of([&] { solve(blow_up, solver, Points{{2.0}}, 0, 1); });
    CHECK(error.kind() == ErrorKind::numeric);
    CHECK(std::string(error.what()).find("point 1 ") != std::string::npos);
    CHECK_THROWS_AS(solve(fast, solver, Points{{1e308}}, 0, 1), Error);
  });
}
