#include "ode/tableau.h"

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <tuple>
#include <vector>

using namespace fm;

namespace {

/// Sides of the order conditions; Hairer, Norsett and Wanner 1993, section II.2, table 2.1: one a rooted
/// tree.
struct Condition {
  int order;
  double left, right;
};

/// All 17 conditions up to order 5 for weights b: sum_i b_i Phi_i = 1 / gamma. They are scaled by
/// theta^order, as an interpolant's weights b(theta) must satisfy them.
template <std::size_t Stages>
std::vector<Condition> conditions(const Tableau<Stages>& tableau, const std::array<double, Stages>& weights,
                                  double theta = 1) {
  using Column = std::array<double, Stages>;
  const auto in = [&](const Column& x) {
    Column y{};
    for (std::size_t i = 0; i < Stages; ++i)
      for (std::size_t j = 0; j < Stages; ++j) y[i] += tableau.a[i][j] * x[j];
    return y;
  };
  const auto times = [](const Column& x, const Column& y) {
    Column z{};
    for (std::size_t i = 0; i < Stages; ++i) z[i] = x[i] * y[i];
    return z;
  };
  Column one;
  one.fill(1);
  const Column c = tableau.c, c2 = times(c, c), c3 = times(c2, c), ac = in(c), ac2 = in(c2), aac = in(ac);
  const std::vector<std::tuple<int, Column, double>> trees{
      {1, one, 1},
      {2, c, 2},
      {3, c2, 3},
      {3, ac, 6},
      {4, c3, 4},
      {4, times(c, ac), 8},
      {4, ac2, 12},
      {4, aac, 24},
      {5, times(c3, c), 5},
      {5, times(c2, ac), 10},
      {5, times(c, ac2), 15},
      {5, times(c, aac), 30},
      {5, times(ac, ac), 20},
      {5, in(c3), 20},
      {5, in(times(c, ac)), 40},
      {5, in(ac2), 60},
      {5, in(aac), 120},
  };
  std::vector<Condition> all;
  for (const auto& [order, phi, gamma] : trees) {
    double left = 0;
    for (std::size_t i = 0; i < Stages; ++i) left += weights[i] * phi[i];
    all.push_back({order, left, std::pow(theta, order) / gamma});
  }
  return all;
}

// Terms are below 100 and there are fewer than 50 in a condition.
constexpr double rounding = 1e-12;

/// The conditions hold up to `order`, and at least one of the next order fails: the order is not higher.
void check_order(const std::vector<Condition>& all, int order) {
  bool next_holds = true;
  for (const Condition& condition : all) {
    CAPTURE(condition.order);
    CAPTURE(condition.right);
    const double gap = std::abs(condition.left - condition.right);
    if (condition.order <= order) CHECK(gap < rounding);
    if (condition.order == order + 1 && gap > 1e-6) next_holds = false;
  }
  if (order < 5) CHECK_FALSE(next_holds);
}

template <class Visitor>
void for_each_tableau(const Visitor& visit) {
  visit(euler_tableau);
  visit(midpoint_tableau);
  visit(heun_tableau);
  visit(rk4_tableau);
  visit(dopri5_tableau);
}

/// The interpolant's weights at theta, from the formula of section II.6 with one k_i at a time set to 1:
/// x(theta) = x + h sum_i b_i(theta) k_i.
std::array<double, 7> dense_weights(double theta) {
  std::array<double, 7> weights{};
  for (std::size_t i = 0; i < 7; ++i) {
    const double first = i == 0 ? 1 : 0, last = i == 6 ? 1 : 0, rise = dopri5_tableau.b[i],
                 bend = first - rise;
    weights[i] =
        theta * (rise + (1 - theta) * (bend + theta * (rise - last - bend + (1 - theta) * dopri5_dense[i])));
  }
  return weights;
}

}  // namespace

TEST_CASE("tableau: row sums of a are c, weights sum to 1, and a is strictly lower") {
  for_each_tableau([]<std::size_t Stages>(const Tableau<Stages>& tableau) {
    CAPTURE(Stages);
    double total = 0;
    for (std::size_t i = 0; i < Stages; ++i) {
      double sum = 0;
      for (std::size_t j = 0; j < Stages; ++j) {
        sum += tableau.a[i][j];
        if (j >= i) CHECK(tableau.a[i][j] == 0);
      }
      CHECK(std::abs(sum - tableau.c[i]) < 1e-14);
      total += tableau.b[i];
    }
    CHECK(std::abs(total - 1) < 1e-15);
    CHECK(tableau.c[0] == 0);
  });
}

TEST_CASE("tableau: the order conditions hold up to the stated order and not beyond") {
  for_each_tableau([]<std::size_t Stages>(const Tableau<Stages>& tableau) {
    CAPTURE(Stages);
    check_order(conditions(tableau, tableau.b), tableau.order);
  });
}

TEST_CASE("tableau: dopri5's embedded weights are of order 4") {
  check_order(conditions(dopri5_tableau, dopri5_embedded), 4);
}

TEST_CASE("tableau: dopri5's last stage is the first of the next step") {
  CHECK(dopri5_tableau.a[6] == dopri5_tableau.b);
  CHECK(dopri5_tableau.c[6] == 1);
  CHECK(dopri5_tableau.b[6] == 0);
}

TEST_CASE("tableau: dopri5's interpolant is of order 4 everywhere in the step") {
  for (const double theta : {0.1, 0.25, 0.5, 0.7, 0.95}) {
    CAPTURE(theta);
    check_order(conditions(dopri5_tableau, dense_weights(theta), theta), 4);
  }
}

TEST_CASE("tableau: dopri5's interpolant has the values and slopes of the step at both ends") {
  constexpr double h = 1e-3;
  for (std::size_t i = 0; i < 7; ++i) {
    CAPTURE(i);
    CHECK(dense_weights(0)[i] == 0);
    CHECK(std::abs(dense_weights(1)[i] - dopri5_tableau.b[i]) < 1e-15);
    // Weights are polynomials of degree 4; a five-point difference is exact for them.
    const auto slope = [&](double theta) {
      const auto b = [&](double shift) { return dense_weights(theta + shift)[i]; };
      return (b(-2 * h) - 8 * b(-h) + 8 * b(h) - b(2 * h)) / (12 * h);
    };
    CHECK(std::abs(slope(0) - (i == 0 ? 1 : 0)) < 1e-11);
    CHECK(std::abs(slope(1) - (i == 6 ? 1 : 0)) < 1e-11);
  }
}
