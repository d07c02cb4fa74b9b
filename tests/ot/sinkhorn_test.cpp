#include "ot/sinkhorn.h"

#include <doctest/doctest.h>

#include <cmath>

#include "core/instruction_set.h"
#include "core/numeric.h"
#include "support/points.h"

using namespace fm;

namespace {

Points random_costs(Index rows, Index columns) {
  return normal_points(rows, columns, 5).cwiseAbs();
}

Vector weights(Index count, std::uint64_t seed) {
  Vector w = normal_points(count, 1, seed).col(0).cwiseAbs().array() + 0.1;
  return w / w.sum();
}

}  // namespace

TEST_CASE("sinkhorn: the plan is what its potentials say, and satisfies both conditions of the optimum") {
  const Points costs = random_costs(30, 20);
  const Vector a = weights(30, 1), b = weights(20, 2);
  for (const double penalty : {std::numeric_limits<double>::infinity(), 0.5})
    for (const double reg : {1.0, 0.05, 0.01}) {
      CAPTURE(penalty);
      CAPTURE(reg);
      const EntropicPlan plan = solve_sinkhorn(
          costs, a, b, {.reg = reg, .penalty = penalty, .tolerance = 1e-12, .max_iterations = 100000});
      for (Index i = 0; i < 30; ++i)
        for (Index j = 0; j < 20; ++j)
          REQUIRE(plan.mass(i, j) ==
                  doctest::Approx(a(i) * b(j) * std::exp((plan.f(i) + plan.g(j) - costs(i, j)) / reg))
                      .epsilon(1e-9));
      const Vector rows = a.array() * (-plan.f.array() / penalty).exp();
      const Vector columns = b.array() * (-plan.g.array() / penalty).exp();
      CHECK((plan.mass.rowwise().sum() - rows).lpNorm<1>() < 1e-11);
      CHECK((plan.mass.colwise().sum().transpose() - columns).lpNorm<1>() < 1e-11);
      CHECK(plan.error <= 1e-12);
    }
}

TEST_CASE("sinkhorn: the plan of two points on each side is the closed form") {
  // Costs 0 on the diagonal and c off it, weights 1/2: P_00 = 1/2 / (1 + exp(-c / reg)).
  for (const double reg : {10.0, 1.0, 0.1, 0.001}) {
    Points costs(2, 2);
    costs << 0.0, 1.5, 1.5, 0.0;
    const Vector half = Vector::Constant(2, 0.5);
    const EntropicPlan plan = solve_sinkhorn(costs, half, half, {.reg = reg});
    CHECK(plan.mass(0, 0) == doctest::Approx(0.5 / (1 + std::exp(-1.5 / reg))).epsilon(1e-9));
    CHECK(plan.mass(0, 1) == doctest::Approx(0.5 / (1 + std::exp(1.5 / reg))).epsilon(1e-6));
  }
}

TEST_CASE("sinkhorn: costs far beyond reg neither overflow nor vanish") {
  // A kernel exp(-c / reg) would be 0 everywhere: costs are 1e4 to 1e6 reg.
  Points costs = 1e4 * random_costs(12, 12);
  costs.array() += 1e4;
  const Vector a = weights(12, 1), b = weights(12, 2);
  const EntropicPlan plan =
      solve_sinkhorn(costs, a, b, {.reg = 1, .tolerance = 1e-6, .max_iterations = 1000000});
  CHECK((plan.mass.rowwise().sum() - a).lpNorm<1>() < 1e-9);
  CHECK((plan.mass.colwise().sum().transpose() - b).lpNorm<1>() < 2e-6);
  CHECK(plan.f.allFinite());
  CHECK(plan.g.allFinite());
}

TEST_CASE("sinkhorn: acceleration takes a fraction of the plain iterations to the same plan") {
  const Points x = normal_points(2, 128, 3), y = 0.5 * normal_points(2, 128, 4);
  Points costs(128, 128);
  for (Index i = 0; i < 128; ++i)
    for (Index j = 0; j < 128; ++j) costs(i, j) = (x.col(i) - y.col(j)).squaredNorm();
  const Vector w = Vector::Constant(128, 1.0 / 128);
  const double reg = 0.02 * costs.mean();
  const Points kernel = (costs / -reg).array().exp();
  Vector u = Vector::Ones(128), v = u;
  std::int64_t plain = 0;
  for (; plain < 100000; ++plain) {
    u = w.array() / (kernel * v).array();
    if ((v.array() * (kernel.transpose() * u).array() - w.array()).abs().sum() <= 1e-9) break;
    v = w.array() / (kernel.transpose() * u).array();
  }
  const EntropicPlan plan = solve_sinkhorn(costs, w, w, {.reg = reg});
  CHECK(plan.iterations < plain / 5);
  const Points slow = u.asDiagonal() * kernel * v.asDiagonal();
  // Errors of the marginals of 1e-9 leave at most as much times the slowest mode's memory, plain iterations.
  CHECK((plan.mass - slow).cwiseAbs().sum() <= 1e-9 * static_cast<double>(plain));
}

TEST_CASE("sinkhorn: all instruction sets give the same bits") {
  const Points costs = random_costs(37, 21);
  const Vector a = weights(37, 1), b = weights(21, 2);
  const InstructionSet before = instruction_set();
  const EntropicPlan expected = solve_sinkhorn(costs, a, b, {.reg = 0.01});
  for (const InstructionSet set : available_instruction_sets()) {
    set_instruction_set(set);
    CHECK(solve_sinkhorn(costs, a, b, {.reg = 0.01}).mass == expected.mass);
  }
  set_instruction_set(before);
}
