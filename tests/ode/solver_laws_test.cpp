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
#include "ode/tableau.h"
#include "ode/trajectory.h"
#include "support/points.h"

using namespace fm;

namespace {

/// Order and stages of each fixed-step solver.
struct Method {
  int order, stages;
};
template <std::size_t Stages>
Method method(const Tableau<Stages>& tableau) {
  return {tableau.order, static_cast<int>(Stages)};
}
Method method_of(const Euler&) {
  return method(euler_tableau);
}
Method method_of(const Midpoint&) {
  return method(midpoint_tableau);
}
Method method_of(const Heun&) {
  return method(heun_tableau);
}
Method method_of(const Rk4&) {
  return method(rk4_tableau);
}

/// Calls visit(member) for every solver that takes equal steps.
template <class Visitor>
void for_each_fixed(const Visitor& visit) {
  for_each_member<Solver>([&]<class Member>(const Member& member) {
    if constexpr (requires { member.steps; }) {
      CAPTURE(std::string(member.name));
      visit(member);
    }
  });
}

/// Points at radii from 0.1 to 3.
Points starts(Index count) {
  Points x(2, count);
  for (Index n = 0; n < count; ++n) {
    const double radius = 0.1 + 2.9 * static_cast<double>(n) / static_cast<double>(count),
                 angle = static_cast<double>(n);
    x.col(n) = Vector{{radius * std::cos(angle), radius * std::sin(angle)}};
  }
  return x;
}

Points whirled_all(const Points& x0, double t0, double t1) {
  Points x = x0;
  for (Index n = 0; n < x.cols(); ++n) x.col(n) = whirled(x0.col(n), t0, t1);
  return x;
}

/// Still, but not a number for negative points from time `from` on.
FunctionField broken(double from) {
  return {1, [from](double t, const Vector& x) -> Vector {
            return Vector{{t >= from && x(0) < 0 ? std::nan("") : 0.0}};
          }};
}

}  // namespace

TEST_CASE("solver: fixed steps converge at the order of their tableau") {
  const FunctionField field = whirl();
  const Points x0{{1.2}, {0.3}}, end = whirled_all(x0, 0, 1);
  for_each_fixed([&](auto solver) {
    const auto error = [&](std::int64_t steps) {
      solver.steps = steps;
      return (solve(field, solver, x0, 0, 1).x - end).norm();
    };
    // Fine enough that the next term of the error is small, coarse enough that rounding is.
    const std::int64_t steps = method_of(solver).order == 4 ? 64 : 400;
    const double order = std::log2(error(steps) / error(2 * steps));
    MESSAGE(solver.name << ": order " << order);
    CHECK(std::abs(order - method_of(solver).order) < 0.2);
  });
}

TEST_CASE("solver: dopri5 forced to equal steps converges at order 5") {
  const FunctionField field = whirl();
  // The method's fifth-order error is small by design, so the sixth order shows unless the steps are short
  // and the start lies where the field is tame. (At 64 and 128 steps errors are 3e-12 and 1e-13: rounding is
  // 1e-15.)
  const Points x0{{0.3}, {0.1}}, end = whirled_all(x0, 0, 1);
  Dopri5 wide;
  wide.atol = 1e4;  // any step is accepted, so each call is one step
  const auto error = [&](int steps) {
    Points x = x0;
    for (int k = 0; k < steps; ++k) {
      const Solution step = solve(field, wide, x, k / double(steps), (k + 1) / double(steps));
      REQUIRE(step.evaluations[0] == 8);
      x = step.x;
    }
    return (x - end).norm();
  };
  const double order = std::log2(error(64) / error(128));
  MESSAGE("dopri5: order " << order);
  CHECK(std::abs(order - dopri5_tableau.order) < 0.2);
}

TEST_CASE("solver: inside a step dopri5's interpolant errs by the fifth power of its length") {
  const FunctionField field = whirl();
  const Points x0{{1.2}, {0.3}};
  Dopri5 wide;
  wide.atol = 1e4;
  for (const double theta : {0.2, 0.5, 0.8}) {
    CAPTURE(theta);
    const auto error = [&](double h) {
      const Trajectories paths = trace(field, wide, x0, Vector{{0, theta * h, h}}, false);
      REQUIRE(paths.evaluations[0] == 8);  // one step
      return (paths.x[1] - whirled_all(x0, 0, theta * h)).norm();
    };
    const double power = std::log2(error(0.04) / error(0.02));
    MESSAGE("interpolant at " << theta << ": power " << power);
    CHECK(std::abs(power - 5) < 0.3);  // the next power counts for h of this size
  }
}

TEST_CASE("solver: dopri5's error follows the tolerance over eight decades") {
  const FunctionField field = whirl();
  const Points x0 = starts(40), end = whirled_all(x0, 0, 1);
  std::vector<double> errors;
  for (int digits = 4; digits <= 12; ++digits) {
    CAPTURE(digits);
    Dopri5 solver;
    solver.rtol = solver.atol = std::pow(10, -digits);
    errors.push_back((solve(field, solver, x0, 0, 1).x - end).colwise().norm().maxCoeff());
    // The whirl contracts or keeps distances near its cycle: an error is about the sum of some ten to a
    // hundred local ones, each within tolerance * (1 + |x|).
    CHECK(errors.back() < 30 * solver.rtol);
  }
  const double slope = std::log10(errors.front() / errors.back()) / 8;
  MESSAGE("dopri5: a decade of tolerance is " << slope << " decades of error");
  CHECK(slope > 0.85);
  CHECK(slope < 1.15);
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
      CHECK(solution.evaluations == std::vector<std::int64_t>{each, each, each});
      CHECK(asked == 3 * each);
      CHECK(solution.error == Vector::Zero(3));
      CHECK(solution.t_end == 1);
    }
  });
}

TEST_CASE("solver: dopri5 counts what it asks, two and six a step") {
  std::atomic<std::int64_t> asked = 0;
  const FunctionField still(1, [&](double, const Vector& x) -> Vector { return ++asked, 0 * x; });
  const Points x0 = Points::Ones(1, 1);
  const Solution solution = solve(still, Dopri5{}, x0, 0, 1);
  CHECK(solution.evaluations[0] == asked);
  CHECK((solution.evaluations[0] - 2) % 6 == 0);
  CHECK(solution.x(0, 0) == 1);
  const FunctionField field = whirl();
  for (const std::int64_t evaluations : solve(field, Dopri5{}, starts(50), 0, 1).evaluations) {
    CHECK((evaluations - 2) % 6 == 0);
    CHECK(evaluations >= 14);
    CHECK(evaluations < 200);
  }
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
      CHECK(std::string(error.what()).find("point 1000530 ") != std::string::npos);
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
    CHECK(std::string(error.what()).find("point 43 ") != std::string::npos);
  });
}

TEST_CASE("solver: a path that leaves the doubles is an error, never a result") {
  // dx/dt = x^2 from 2 is infinite at t = 1/2; an infinite step at constant speed has no error estimate.
  const FunctionField blow_up(1, [](double, const Vector& x) -> Vector { return x.cwiseAbs2(); });
  const FunctionField fast(1, [](double, const Vector&) -> Vector { return Vector{{1.7e308}}; });
  for_each_member<Solver>([&](auto solver) {
    CAPTURE(std::string(solver.name));
    const Error error = error_of([&] { solve(blow_up, solver, Points{{2.0}}, 0, 1); });
    CHECK(error.kind() == ErrorKind::numeric);
    CHECK(std::string(error.what()).find("point 0 ") != std::string::npos);
    CHECK_THROWS_AS(solve(fast, solver, Points{{1e308}}, 0, 1), Error);
  });
}

TEST_CASE("solver: dopri5 gives up on a jump it cannot resolve, and after as many evaluations as allowed") {
  const FunctionField stiff(1, [](double, const Vector& x) -> Vector { return -1e7 * x; });
  Dopri5 solver;
  solver.max_evaluations = 1000;
  const Error many = error_of([&] { solve(stiff, solver, Points{{1.0}}, 0, 1, 7); });
  CHECK(many.id() == "too-many-evaluations");
  CHECK(many.kind() == ErrorKind::numeric);
  CHECK(std::string(many.what()).find("point 7 ") != std::string::npos);
  CHECK_FALSE(many.hint().empty());
  // Towards t = 0.3 the position grows beyond any bound, and beyond it falls at once.
  const FunctionField pole(1, [](double t, const Vector&) -> Vector {
    return Vector{{t < 0.3 ? std::pow(0.3 - t, -2) : -1e100}};
  });
  const Error underflow = error_of([&] { solve(pole, Dopri5{}, Points{{1.0}}, 0, 1, 8); });
  CHECK(underflow.id() == "step-underflow");
  CHECK(std::string(underflow.what()).find("point 8 ") != std::string::npos);
}

TEST_CASE("solver: dopri5 does not refuse positions, velocities or tolerances of extreme size") {
  const FunctionField decay(1, [](double, const Vector& x) -> Vector { return -x; });
  for (const double size : {1e-80, 1.0, 1e80}) {
    CAPTURE(size);
    Dopri5 solver;
    solver.rtol = 1e-8;
    solver.atol = 1e-100;
    const double end = solve(decay, solver, Points{{size}}, 0, 1).x(0, 0);
    CHECK(std::abs(end / size - std::exp(-1)) < 1e-6);
  }
}
