// Tableaus against the order conditions, which are made from rooted trees and not from the tableaus' papers.
#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <string>
#include <vector>

#include "ode/dopri8_tableau.h"
#include "ode/embedded_tableau.h"
#include "ode/tableau.h"

using namespace fm;

namespace {

/// A rooted tree, as what order conditions need of it: sum_i b_i phi_i = 1 / gamma for all trees up to the
/// order of a method. Hairer, Norsett and Wanner 1993, section II.2.
template <std::size_t Stages>
struct Tree {
  int order;
  double gamma;                      // the product of the orders of all its subtrees
  std::array<double, Stages> phi;    // of the tree in each stage
  std::array<double, Stages> a_phi;  // a phi: what the tree hands to a node that it hangs from
};

template <std::size_t Stages>
class Trees {
 public:
  /// All trees with up to `order` nodes, by their order.
  Trees(const Tableau<Stages>& method, int order) : method_(method) {
    std::array<double, Stages> one;
    one.fill(1);
    for (int n = 1; n <= order; ++n) hang(n, n - 1, all_.size(), one, 1);
  }
  const std::vector<Tree<Stages>>& all() const { return all_; }

 private:
  /// Hangs subtrees of `nodes` nodes together, the first `bound` of the list, in falling order of their
  /// places, under one root that already carries others.
  void hang(int order, int nodes, std::size_t bound, const std::array<double, Stages>& phi, double gamma) {
    if (nodes == 0) {
      Tree<Stages> tree{order, gamma * order, phi, {}};
      for (std::size_t i = 0; i < Stages; ++i)
        for (std::size_t j = 0; j < i; ++j) tree.a_phi[i] += method_.a[i][j] * phi[j];
      all_.push_back(tree);
      return;
    }
    for (std::size_t k = 0; k < bound; ++k) {
      const Tree<Stages> child = all_[k];
      if (child.order > nodes) return;
      std::array<double, Stages> product = phi;
      for (std::size_t i = 0; i < Stages; ++i) product[i] *= child.a_phi[i];
      hang(order, nodes - child.order, k + 1, product, gamma * child.gamma);
    }
  }

  const Tableau<Stages>& method_;
  std::vector<Tree<Stages>> all_;
};

/// The largest order up to which `weights` meet the conditions to within `rounding`, scaled by theta^order as
/// those of an interpolant must: sum_i b_i(theta) phi_i = theta^order / gamma. At most 9.
template <std::size_t Stages>
int order_of(const Tableau<Stages>& method, const std::array<double, Stages>& weights, double rounding,
             double theta = 1) {
  int order = 9;
  const Trees<Stages> trees(method, order);
  for (const Tree<Stages>& tree : trees.all()) {
    double left = 0;
    for (std::size_t i = 0; i < Stages; ++i) left += weights[i] * tree.phi[i];
    const double gap = std::abs(left - std::pow(theta, tree.order) / tree.gamma);
    if (gap > rounding) order = std::min(order, tree.order - 1);
  }
  return order;
}

// Sums of up to 13 terms, each below 100, with rounding 1e-16 of each; the weights of dopri8's interpolant
// come from terms up to 500. Conditions that fail do so by more than 1e-6 (below).
constexpr double rounding = 1e-12, no_rounding = 1e-6;

/// The order is exactly that, and the gaps of the conditions that fail are far from rounding.
template <std::size_t Stages>
void check_order(const Tableau<Stages>& method, const std::array<double, Stages>& weights, int order,
                 double theta = 1) {
  CHECK(order_of(method, weights, rounding, theta) == order);
  CHECK(order_of(method, weights, no_rounding, theta) == order);
}

template <class Visitor>
void for_each_pair(const Visitor& visit) {
  visit("bosh3", bosh3_tableau);
  visit("dopri5", dopri5_tableau);
  visit("tsit5", tsit5_tableau);
  visit("dopri8", dopri8_tableau);
}

template <class Visitor>
void for_each_tableau(const Visitor& visit) {
  visit(euler_tableau);
  visit(midpoint_tableau);
  visit(heun_tableau);
  visit(rk4_tableau);
  for_each_pair([&](const char*, const auto& pair) { visit(pair.method); });
}

template <std::size_t Stages>
std::array<double, Stages> minus(const std::array<double, Stages>& a, const std::array<double, Stages>& b) {
  std::array<double, Stages> c;
  for (std::size_t i = 0; i < Stages; ++i) c[i] = a[i] - b[i];
  return c;
}

}  // namespace

TEST_CASE("order conditions: there are 1, 1, 2, 4, 9, 20, 48, 115, 286 rooted trees") {
  std::array<int, 9> count{};  // sequence A000081
  const Trees<4> trees(rk4_tableau, 9);
  for (const auto& tree : trees.all()) ++count[static_cast<std::size_t>(tree.order - 1)];
  CHECK(count == std::array{1, 1, 2, 4, 9, 20, 48, 115, 286});
}

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
    check_order(tableau, tableau.b, tableau.order);
  });
}

TEST_CASE("tableau: embedded methods are of orders 2, 4, 4, and 5 and 3") {
  const auto check = [](const auto& pair, std::size_t estimate, int order) {
    check_order(pair.method, minus(pair.method.b, pair.error[estimate]), order);
  };
  check(bosh3_tableau, 0, 2);
  check(dopri5_tableau, 0, 4);
  check(tsit5_tableau, 0, 4);
  check(dopri8_tableau, 0, 5);
  check(dopri8_tableau, 1, 3);
}

TEST_CASE("tableau: the last stage of the step is the first of the next step") {
  for_each_pair([]<std::size_t Stages, std::size_t Steps, std::size_t E, std::size_t B>(
                    const char* name, const EmbeddedTableau<Stages, Steps, E, B>& pair) {
    CAPTURE(std::string(name));
    CHECK(pair.method.a[Steps - 1] == pair.method.b);
    CHECK(pair.method.c[Steps - 1] == 1);
    for (std::size_t i = Steps - 1; i < Stages; ++i) CHECK(pair.method.b[i] == 0);
    for (const auto& error : pair.error)
      for (std::size_t i = Steps; i < Stages; ++i) CHECK(error[i] == 0);
  });
}

TEST_CASE("tableau: interpolants are of orders 3, 4, 4 and 7 everywhere in the step") {
  const auto check = [](const auto& pair, int order) {
    for (const double theta : {0.1, 0.25, 0.4, 0.7, 0.95}) {
      CAPTURE(theta);
      CHECK(order_of(pair.method, interpolant_weights(pair, theta), rounding, theta) == order);
    }
  };
  check(bosh3_tableau, 3);
  check(dopri5_tableau, 4);
  check(tsit5_tableau, 4);
  check(dopri8_tableau, 7);
}

TEST_CASE("tableau: interpolants have the values and slopes of the step at both ends") {
  constexpr double h = 1e-3;
  for_each_pair([]<std::size_t Stages, std::size_t Steps, std::size_t E, std::size_t B>(
                    const char* name, const EmbeddedTableau<Stages, Steps, E, B>& pair) {
    CAPTURE(std::string(name));
    for (std::size_t i = 0; i < Stages; ++i) {
      CAPTURE(i);
      CHECK(interpolant_weights(pair, 0)[i] == 0);
      CHECK(std::abs(interpolant_weights(pair, 1)[i] - pair.method.b[i]) < 1e-15);
      // A nine-point difference is exact for polynomials of degree 8: the weights' is at most 7.
      const auto slope = [&](double theta) {
        const auto d = [&](int k) {
          return interpolant_weights(pair, theta + k * h)[i] - interpolant_weights(pair, theta - k * h)[i];
        };
        return (d(1) * 4 / 5 - d(2) / 5 + d(3) * 4 / 105 - d(4) / 280) / h;
      };
      CHECK(std::abs(slope(0) - (i == 0 ? 1 : 0)) < 1e-10);
      CHECK(std::abs(slope(1) - (i + 1 == Steps ? 1 : 0)) < 1e-10);
    }
  });
}
