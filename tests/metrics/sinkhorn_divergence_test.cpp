#include "metrics/sinkhorn_divergence.h"

#include <doctest/doctest.h>

#include <cmath>

#include "core/error.h"
#include "core/instruction_set.h"
#include "core/parallel.h"
#include "metrics/wasserstein.h"
#include "support/reference_clouds.h"

using namespace fm;

namespace {

/// min of <P, c> + reg KL(P | a b^T), by scaling of the whole kernel and the primal value.
double slow_value(const Points& x, const Points& y, const Vector& a, const Vector& b, double reg) {
  Eigen::MatrixXd costs(x.cols(), y.cols());
  for (Index i = 0; i < x.cols(); ++i)
    for (Index j = 0; j < y.cols(); ++j) costs(i, j) = (x.col(i) - y.col(j)).squaredNorm();
  const Eigen::MatrixXd product = a * b.transpose();
  const Eigen::MatrixXd kernel = product.array() * (costs / -reg).array().exp();
  Vector u = Vector::Ones(a.size()), v = Vector::Ones(b.size());
  for (int k = 0; k < 20000; ++k) {
    v = b.array() / (kernel.transpose() * u).array();
    u = a.array() / (kernel * v).array();
  }
  const Eigen::ArrayXXd plan = u.asDiagonal() * kernel * v.asDiagonal();
  return (plan * costs.array()).sum() + reg * (plan * (plan / product.array()).log()).sum();
}

double slow_divergence(const Points& x, const Points& y, const Vector& a, const Vector& b, double reg) {
  return slow_value(x, y, a, b, reg) - (slow_value(x, x, a, a, reg) + slow_value(y, y, b, b, reg)) / 2;
}

SinkhornDivergenceOptions with_reg(double reg) {
  SinkhornDivergenceOptions options;
  options.reg = reg;
  options.max_iterations = 100000;
  return options;
}

}  // namespace

TEST_CASE("sinkhorn divergence: equals a slow twin on the primal side, with and without weights") {
  const Points x = reference_cloud(3, 40, 7), y = reference_cloud(3, 25, 9, 0.9, 0.2);
  const Vector a = reference_cloud(40, 1, 11).array() + 0.1, b = reference_cloud(25, 1, 12).array() + 0.1;
  const Vector one_a = Vector::Constant(40, 1.0 / 40), one_b = Vector::Constant(25, 1.0 / 25);
  for (const double reg : {0.05, 0.5, 5.0}) {
    CAPTURE(reg);
    CHECK(sinkhorn_divergence(x, y, with_reg(reg)) ==
          doctest::Approx(slow_divergence(x, y, one_a, one_b, reg)).epsilon(1e-9));
    CHECK(sinkhorn_divergence(x, y, with_reg(reg), a, b) ==
          doctest::Approx(slow_divergence(x, y, a / a.sum(), b / b.sum(), reg)).epsilon(1e-9));
  }
}

TEST_CASE("sinkhorn divergence: symmetric, not negative, and 0 for equal clouds in any order") {
  const Points x = reference_cloud(2, 30, 7), y = reference_cloud(2, 30, 9);
  for (const double reg : {0.02, 0.2, 2.0}) {
    const double value = sinkhorn_divergence(x, y, with_reg(reg));
    CHECK(value > 0);
    CHECK(sinkhorn_divergence(y, x, with_reg(reg)) == doctest::Approx(value).epsilon(1e-9));
    CHECK(std::abs(sinkhorn_divergence(x, x.rowwise().reverse(), with_reg(reg))) <= 1e-14);
  }
}

TEST_CASE("sinkhorn divergence: tends to the squared W2 as reg falls, to that of the means as it grows") {
  const Points x = reference_cloud(2, 12, 7), y = reference_cloud(2, 9, 9, 0.9, 0.2);
  const double exact = wasserstein(x, y, CostPower::two).cost;
  // OT_reg lies between the exact cost and reg log(n m) above it, and so do the terms of x and y alone.
  for (const double reg : {1e-2, 1e-3})
    CHECK(std::abs(sinkhorn_divergence(x, y, with_reg(reg)) - exact) <= reg * std::log(12.0 * 12));
  const double means = (x.rowwise().mean() - y.rowwise().mean()).squaredNorm();
  CHECK(sinkhorn_divergence(x, y, with_reg(1e5)) == doctest::Approx(means).epsilon(1e-4));
}

TEST_CASE("sinkhorn divergence: a mass of 0 is no point, and one point against one is their distance") {
  const Points x = reference_cloud(2, 10, 7), y = reference_cloud(2, 9, 9);
  Vector a = Vector::Ones(10);
  a[9] = 0;
  CHECK(sinkhorn_divergence(x, y, with_reg(0.1), a) ==
        doctest::Approx(sinkhorn_divergence(x.leftCols(9), y, with_reg(0.1))).epsilon(1e-12));
  CHECK(sinkhorn_divergence(x.leftCols(1), y.leftCols(1), with_reg(0.1)) ==
        doctest::Approx((x.col(0) - y.col(0)).squaredNorm()).epsilon(1e-12));
}

TEST_CASE("sinkhorn divergence: too few iterations, a reg of 0 and bad masses are errors") {
  const Points x = reference_cloud(2, 10, 7), y = reference_cloud(2, 9, 9);
  SinkhornDivergenceOptions few = with_reg(1e-3);
  few.max_iterations = 2;
  CHECK_THROWS_AS(sinkhorn_divergence(x, y, few), Error);
  CHECK_THROWS_AS(sinkhorn_divergence(x, y, with_reg(0)), Error);
  CHECK_THROWS_AS(sinkhorn_divergence(x, y, with_reg(1), Vector::Zero(10)), Error);
}

TEST_CASE("sinkhorn divergence: equals POT's sinkhorn_log (tests/peers/transport_reference.py)") {
  const Points x = reference_cloud(3, 40, 7), y = reference_cloud(3, 25, 9, 0.9, 0.2);
  const Vector a = reference_cloud(1, 40, 11).row(0).array() + 0.1;
  const Vector b = reference_cloud(1, 25, 12).row(0).array() + 0.1;
  CHECK(sinkhorn_divergence(x, y, with_reg(0.05), a, b) ==
        doctest::Approx(0.12434020700963919).epsilon(1e-9));
  CHECK(sinkhorn_divergence(x, y, with_reg(0.5), a, b) == doctest::Approx(0.07951119464001849).epsilon(1e-9));
}

TEST_CASE("sinkhorn divergence: any number of threads and every instruction set give the same bits") {
  const Points x = reference_cloud(3, 70, 7), y = reference_cloud(3, 45, 9, 0.9, 0.2);
  const InstructionSet set_before = instruction_set();
  const int threads_before = threads();
  const double expected = sinkhorn_divergence(x, y, with_reg(0.05));
  for (const int count : {1, 2, 5}) {
    set_threads(count);
    CHECK(sinkhorn_divergence(x, y, with_reg(0.05)) == expected);
  }
  set_threads(threads_before);
  for (const InstructionSet set : available_instruction_sets()) {
    set_instruction_set(set);
    CHECK(sinkhorn_divergence(x, y, with_reg(0.05)) == expected);
  }
  set_instruction_set(set_before);
}
