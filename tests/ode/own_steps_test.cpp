// What holds for solvers that choose each point's steps, beside the laws of all solvers.
#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <string>
#include <vector>

#include "ode/known_fields.h"
#include "ode/solve.h"
#include "ode/solver_kinds.h"
#include "ode/trajectory.h"
#include "support/points.h"

using namespace fm;

TEST_CASE("own steps: a method with its own steps, forced to equal ones, converges at its order") {
  const FunctionField field = whirl();
  // A method's leading error is small by design, so the next order shows unless the steps are short and the
  // start lies where the field is tame. (Errors are between 1e-8 and 1e-14: rounding is 1e-16.)
  const Points x0{{0.3}, {0.1}}, end = whirled_all(x0, 0, 1);
  for_each_adaptive([&](auto wide) {
    wide.atol = 1e4;  // any step is accepted, so each call is one step
    const Adaptive method = adaptive_of(wide);
    const auto error = [&](int steps) {
      Points x = x0;
      for (int k = 0; k < steps; ++k) {
        const Solution step = solve(field, wide, x, k / double(steps), (k + 1) / double(steps));
        REQUIRE(step.evaluations[0] == 2 + method.step_cost);
        x = step.x;
      }
      return (x - end).norm();
    };
    const int steps = method.order == 3 ? 256 : method.order == 5 ? 64 : 9;
    const double order = std::log2(error(steps) / error(2 * steps));
    MESSAGE(std::string(wide.name) << ": order " << order << ", errors " << error(steps) << " "
                                   << error(2 * steps));
    CHECK(std::abs(order - method.order) < 0.2);
  });
}

TEST_CASE("own steps: inside a step the interpolant errs by the power of its length that follows its order") {
  const FunctionField field = whirl();
  const Points x0{{0.3}, {0.1}};
  for_each_adaptive([&](auto wide) {
    wide.atol = 1e4;
    const Adaptive method = adaptive_of(wide);
    const auto error = [&](double h) {
      double largest = 0;  // at one place the leading term may be next to nothing
      for (const double theta : {0.2, 0.5, 0.8}) {
        const Trajectories paths = trace(field, wide, x0, Vector{{0, theta * h, h}}, false);
        REQUIRE(paths.evaluations[0] == 2 + method.step_cost + method.inside_cost);  // one step
        largest = std::max(largest, (paths.x[1] - whirled_all(x0, 0, theta * h)).norm());
      }
      return largest;
    };
    const double h = method.interpolant == 7 ? 0.1 : 0.02;
    const double power = std::log2(error(2 * h) / error(h));
    MESSAGE(std::string(wide.name) << ": power " << power << ", error " << error(h));
    CHECK(std::abs(power - (method.interpolant + 1)) < 0.3);  // the next power counts for h of this size
  });
}

TEST_CASE("own steps: the error of solvers with their own steps follows the tolerance over eight decades") {
  const FunctionField field = whirl();
  const Points x0 = starts(40), end = whirled_all(x0, 0, 1);
  for_each_adaptive([&](auto solver) {
    std::vector<double> errors;
    for (int digits = 4; digits <= 12; ++digits) {
      CAPTURE(digits);
      solver.rtol = solver.atol = std::pow(10, -digits);
      errors.push_back((solve(field, solver, x0, 0, 1).x - end).colwise().norm().maxCoeff());
      // The whirl contracts or keeps distances near its cycle: an error is about the sum of some ten to a
      // hundred local ones, each within tolerance * (1 + |x|).
      CHECK(errors.back() < 30 * solver.rtol);
    }
    const double slope = std::log10(errors.front() / errors.back()) / 8;
    MESSAGE(std::string(solver.name) << ": a decade of tolerance is " << slope << " decades of error");
    CHECK(slope > 0.85);
    CHECK(slope < 1.15);
  });
}

TEST_CASE("own steps: those with their own steps count what they ask, two and so many a step") {
  std::atomic<std::int64_t> asked = 0;
  const FunctionField still(1, [&](double, const Vector& x) -> Vector { return ++asked, 0 * x; });
  const FunctionField field = whirl();
  for_each_adaptive([&](const auto& solver) {
    const int cost = adaptive_of(solver).step_cost;
    asked = 0;
    const Solution solution = solve(still, solver, Points::Ones(1, 1), 0, 1);
    CHECK(solution.evaluations[0] == asked);
    CHECK((solution.evaluations[0] - 2) % cost == 0);
    CHECK(solution.x(0, 0) == 1);
    for (const std::int64_t evaluations : solve(field, solver, starts(50), 0, 1).evaluations) {
      CHECK((evaluations - 2) % cost == 0);
      CHECK(evaluations >= 2 + 2 * cost);
      CHECK(evaluations < 300);
    }
  });
}

TEST_CASE("own steps: they give up on a jump they cannot resolve, and after as many evaluations as allowed") {
  const FunctionField stiff(1, [](double, const Vector& x) -> Vector { return -1e7 * x; });
  // Towards t = 0.3 the position grows beyond any bound, and beyond it falls at once.
  const FunctionField pole(1, [](double t, const Vector&) -> Vector {
    return Vector{{t < 0.3 ? std::pow(0.3 - t, -2) : -1e100}};
  });
  for_each_adaptive([&](auto solver) {
    const Error underflow = error_of([&] { solve(pole, solver, Points{{1.0}}, 0, 1, 8); });
    CHECK(underflow.id() == "step-underflow");
    CHECK(std::string(underflow.what()).find("point 9 ") != std::string::npos);
    solver.max_evaluations = 1000;
    const Error many = error_of([&] { solve(stiff, solver, Points{{1.0}}, 0, 1, 7); });
    CHECK(many.id() == "too-many-evaluations");
    CHECK(many.kind() == ErrorKind::numeric);
    CHECK(std::string(many.what()).find("point 8 ") != std::string::npos);
    CHECK(many.hint().find(std::string(solver.name) + ":max_evaluations=") != std::string::npos);
  });
}

TEST_CASE("own steps: they do not refuse positions, velocities or tolerances of extreme size") {
  const FunctionField decay(1, [](double, const Vector& x) -> Vector { return -x; });
  for_each_adaptive([&](auto solver) {
    for (const double size : {1e-80, 1.0, 1e80}) {
      CAPTURE(size);
      solver.rtol = 1e-8;
      solver.atol = 1e-100;
      const double end = solve(decay, solver, Points{{size}}, 0, 1).x(0, 0);
      CHECK(std::abs(end / size - std::exp(-1)) < 1e-6);
    }
  });
}
