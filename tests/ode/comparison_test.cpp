#include "ode/comparison.h"

#include <doctest/doctest.h>

#include <cmath>
#include <map>
#include <string>
#include <vector>

#include "core/value.h"
#include "ode/counting_field.h"
#include "ode/known_fields.h"
#include "ode/solve.h"
#include "support/points.h"

using namespace fm;

TEST_CASE(
    "comparison: a score is the distance from what is wanted, and counts the evaluations that were made") {
  // Euler's method on dx/dt = x: (1 + 1/n)^n of the start instead of e.
  const FunctionField field(2, [](double, const Vector& x) -> Vector { return x; });
  const CountingField counting(field);
  const Points x0 = normal_points(2, 100, 1), wanted = std::exp(1) * x0;
  const SolverScore score = score_solver(counting, Euler{.steps = 10}, x0, 0, 1, wanted);
  const double gap = std::exp(1) - std::pow(1.1, 10);
  CHECK(score.error == doctest::Approx(gap * std::sqrt(x0.colwise().squaredNorm().mean())).epsilon(1e-12));
  CHECK(score.evaluations_mean == 10);
  CHECK(score.evaluations_max == 10);
  CHECK(counting.points() == 1000);
  CHECK(score.seconds >= 0);
  CHECK(name_of(score.solver) == "euler");
}

TEST_CASE(
    "comparison: the menu has every solver at rising cost, and the dearest errs less than the cheapest") {
  const FunctionField field = whirl();
  Dopri8 tight;
  tight.rtol = tight.atol = 1e-12;
  const Points x0 = 0.5 * normal_points(2, 50, 2), wanted = solve(field, tight, x0, 0, 1).x;
  std::map<std::string, std::vector<SolverScore>> scores;
  for (const Solver& solver : solver_menu())
    scores[name_of(solver)].push_back(score_solver(field, solver, x0, 0, 1, wanted));
  CHECK(scores.size() == std::variant_size_v<Solver>);
  for (const auto& [name, of_one] : scores) {
    CAPTURE(name);
    REQUIRE(of_one.size() == 4);
    for (std::size_t k = 1; k < 4; ++k) CHECK(of_one[k].evaluations_mean >= of_one[k - 1].evaluations_mean);
    CHECK(of_one.back().error < 0.2 * of_one.front().error);
  }
  for_each_member<Solver>([&](const auto& member) {
    if constexpr (requires { member.steps; })
      for (std::size_t k = 0; k < 4; ++k) CHECK(scores[member.name][k].evaluations_max == 8 << k);
  });
}
