// The multistep solver's own laws; those of all solvers are in solver_laws_test.cpp.
#include <doctest/doctest.h>

#include <cmath>
#include <string>
#include <vector>

#include "core/value.h"
#include "flow/conversion.h"
#include "flow/empirical_field.h"
#include "ode/known_fields.h"
#include "ode/solve.h"
#include "support/points.h"

using namespace fm;

namespace {

/// DPM-Solver++(2M) as the paper has it (algorithm 2), point by point, with the first step of first order:
///   h = lambda_i - lambda_{i-1}, r = h_previous / h, D = (1 + 1 / (2 r)) x1_{i-1} - 1 / (2 r) x1_{i-2}
///   x_i = sigma_i / sigma_{i-1} x_{i-1} - alpha_i (exp(-h) - 1) D
Vector as_in_the_paper(const VelocityField& field, Vector x, const std::vector<double>& times) {
  const Scheduler scheduler = field.scheduler();
  Vector previous;
  double h_previous = 0;
  for (std::size_t i = 1; i < times.size(); ++i) {
    const SchedulerValue a = scheduler_at(scheduler, times[i - 1]), b = scheduler_at(scheduler, times[i]);
    Points v(x.size(), 1);
    field.evaluate(Vector::Constant(1, times[i - 1]), x, v);
    const Vector x1 = x1_from_velocity(a, x, v.col(0));
    const double h = std::log(b.alpha / b.sigma) - std::log(a.alpha / a.sigma);
    Vector d = x1;
    if (i > 1) {
      const double r = h_previous / h;
      d = (1 + 1 / (2 * r)) * x1 - 1 / (2 * r) * previous;
    }
    x = b.sigma / a.sigma * x - b.alpha * (std::exp(-h) - 1) * d;
    previous = x1;
    h_previous = h;
  }
  return x;
}

std::vector<double> even_times(double t0, double t1, int steps) {
  std::vector<double> times;
  for (int k = 0; k <= steps; ++k) times.push_back(t0 + (t1 - t0) * k / steps);
  return times;
}

/// Pairs that are coupled, with covariances that are not multiples of each other.
Moments some_moments() {
  const Points x0 = normal_points(3, 100, 1);
  return pair_moments(x0, x0.array().square() + normal_points(3, 100, 2).array());
}

}  // namespace

TEST_CASE("multistep: one step on cond-ot is Euler's step, from any time to any time") {
  const FunctionField field = whirl();
  const Points x0 = normal_points(2, 50, 1);
  for (const auto& [t0, t1] :
       {std::pair{0.0, 1.0}, {0.0, 0.3}, {0.2, 0.9}, {0.7, 1.0}, {1.0, 0.0}, {0.8, 0.1}}) {
    CAPTURE(t0);
    CAPTURE(t1);
    const Points a = solve(field, Multistep{.steps = 1}, x0, t0, t1).x;
    const Points b = solve(field, Euler{.steps = 1}, x0, t0, t1).x;
    // Rounding of numbers that are at most the velocity's, in five operations.
    CHECK((a - b).cwiseAbs().maxCoeff() < 1e-15 * (10 + b.cwiseAbs().maxCoeff()));
  }
}

TEST_CASE("multistep: it is the paper's algorithm in half-log-snr, forwards and backwards, on every path") {
  const Vector x0{{0.3, -1, 2}};
  for_each_member<Scheduler>([&](const auto& scheduler) {
    CAPTURE(std::string(scheduler.name));
    const AffineField field(some_moments(), scheduler);
    for (const auto& [t0, t1] : {std::pair{0.1, 0.9}, {0.9, 0.1}, {0.3, 0.99}})
      for (const int steps : {1, 2, 5, 20}) {
        const Points x = solve(field, Multistep{.steps = steps}, x0, t0, t1).x;
        const Vector wanted = as_in_the_paper(field, x0, even_times(t0, t1, steps));
        CHECK((x - wanted).norm() < 1e-12 * (1 + wanted.norm()));
      }
  });
}

TEST_CASE(
    "multistep: where the prediction of x1 does not change it is exact, whatever path, steps and grid") {
  const Points x0 = normal_points(2, 20, 1);
  const Vector x1{{0.5, -2}};
  for_each_member<Scheduler>([&](const auto& scheduler) {
    CAPTURE(std::string(scheduler.name));
    const ConditionalField field(x1, scheduler);
    const auto psi = [&](double t) -> Points {
      const SchedulerValue s = scheduler_at(scheduler, t);
      return (s.sigma * x0).colwise() + s.alpha * x1;
    };
    for_each_member<TimeGrid>([&](const auto& grid) {
      for (const std::int64_t steps : {1, 2, 7})
        for (const double end : {0.5, 0.99, 1.0}) {
          const Points x = solve(field, Multistep{.steps = steps, .grid = grid}, psi(0.1), 0.1, end).x;
          CHECK((x - psi(end)).cwiseAbs().maxCoeff() < 1e-13);
        }
    });
  });
}

TEST_CASE(
    "multistep: from t = 0 to t = 1 it converges on every path, the one that starts at no speed included") {
  const Vector m{{2, -1, 0.5}};
  const Points one = Points::Identity(3, 3), x0 = normal_points(3, 50, 1);
  for_each_member<Scheduler>([&](const auto& scheduler) {
    CAPTURE(std::string(scheduler.name));
    const AffineField field({Vector::Zero(3), m, one, one, Points::Zero(3, 3)}, scheduler);
    // x_t is N(alpha m, alpha^2 + sigma^2), and points keep their place in it.
    const auto place = [&](double t) -> Points {
      const SchedulerValue s = scheduler_at(scheduler, t);
      return (std::hypot(s.alpha, s.sigma) * x0).colwise() + s.alpha * m;
    };
    const auto error = [&](std::int64_t steps) {
      return (solve(field, Multistep{.steps = steps}, place(0), 0, 1).x - place(1)).norm();
    };
    const double order = std::log2(error(200) / error(400));
    MESSAGE(std::string(scheduler.name) << ": order " << order);
    // h^2 log(1/h), as lambda is infinite at both ends: 1.81 between 200 and 400 steps, and less where the
    // steps without the second line weigh more. Where d_sigma is infinite at t = 1 the last step turns the
    // path by sqrt(h), which makes it h.
    CHECK(order > (scheduler_domain(scheduler).end < 1 ? 0.95 : 1.5));
  });
}

TEST_CASE("multistep: at ten evaluations it errs less than a quarter of Euler's method") {
  const EmpiricalField field(normal_points(2, 100, 3), CondOt{});
  const Points x0 = normal_points(2, 500, 4);
  Dopri8 tight;
  tight.rtol = tight.atol = 1e-10;
  const Points end = solve(field, tight, x0, 0, 0.8).x;
  const auto error = [&](const Solver& solver) {
    const Solution solution = solve(field, solver, x0, 0, 0.8);
    CHECK(solution.evaluations[0] == 10);
    return std::sqrt((solution.x - end).colwise().squaredNorm().mean());
  };
  CHECK(error(Multistep{.steps = 10}) < 0.25 * error(Euler{.steps = 10}));
}
