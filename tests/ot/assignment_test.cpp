#include "ot/assignment.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <limits>
#include <numeric>

#include "clouds.h"
#include "core/error.h"
#include "core/value.h"
#include "ot/augment.h"
#include "ot/costs.h"
#include "ot/transportation.h"
#include "support/points.h"
#include "support/reference_clouds.h"

using namespace fm;

namespace {

constexpr double epsilon = std::numeric_limits<double>::epsilon();

Eigen::MatrixXd squared_distances(const Points& x, const Points& y) {
  Eigen::MatrixXd costs(x.cols(), y.cols());
  for (Index i = 0; i < x.cols(); ++i)
    for (Index j = 0; j < y.cols(); ++j) costs(i, j) = (x.col(i) - y.col(j)).squaredNorm();
  return costs;
}

double cost_of(const Eigen::MatrixXd& costs, const std::vector<Index>& to) {
  double sum = 0;
  for (Index i = 0; i < costs.rows(); ++i) sum += costs(i, to[static_cast<std::size_t>(i)]);
  return sum;
}

double least_cost_by_trial(const Eigen::MatrixXd& costs) {
  std::vector<Index> to(static_cast<std::size_t>(costs.rows()));
  std::iota(to.begin(), to.end(), Index{0});
  double least = std::numeric_limits<double>::infinity();
  do least = std::min(least, cost_of(costs, to));
  while (std::next_permutation(to.begin(), to.end()));
  return least;
}

bool is_permutation_of_rows(std::vector<Index> to, Index count) {
  std::sort(to.begin(), to.end());
  for (Index i = 0; i < count; ++i)
    if (static_cast<Index>(to.size()) != count || to[static_cast<std::size_t>(i)] != i) return false;
  return true;
}

/// The certificate, from costs computed here: a permutation, duals that no pair undercuts, and equal values.
/// Rounding: n sums of numbers up to `scale` in each of n rows.
void check_certificate(const Eigen::MatrixXd& costs, const Assignment& found, double scale) {
  const Index n = costs.rows();
  const double rounding = static_cast<double>(n + 8) * epsilon * scale;
  REQUIRE(is_permutation_of_rows(found.to, n));
  const double least_slack = ((costs.colwise() - found.u).rowwise() - found.v.transpose()).minCoeff();
  CHECK(least_slack >= -rounding);
  CHECK(found.cost == doctest::Approx(cost_of(costs, found.to)).epsilon(1e-12));
  CHECK(found.gap >= 0);
  const double dual = found.u.sum() + found.v.sum();
  CHECK(std::abs(found.cost - dual) <= static_cast<double>(n) * rounding);
}

template <class Call>
std::string error_id(const Call& call) {
  try {
    call();
  } catch (const Error& error) {
    return error.id();
  }
  return "none";
}

}  // namespace

TEST_CASE("assignment: the least of all permutations, up to 7 points") {
  for (Index n = 1; n <= 7; ++n)
    for (std::uint64_t seed = 0; seed < 12; ++seed)
      for (const CloudPair& pair : cloud_families(1 + static_cast<Index>(seed % 3), n, seed)) {
        CAPTURE(pair.family);
        CAPTURE(n);
        const Eigen::MatrixXd costs = squared_distances(pair.x, pair.y);
        const Assignment found = solve_assignment(pair.x, pair.y);
        REQUIRE(is_permutation_of_rows(found.to, n));
        // Costs that are sums of others up to 1e16 times as large carry those others' rounding.
        const double rounding = 64 * epsilon * costs.maxCoeff();
        CHECK(std::abs(cost_of(costs, found.to) - least_cost_by_trial(costs)) <= rounding);
      }
}

TEST_CASE("assignment: the least of all permutations of 8, costs of any sign with many ties") {
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    const Points costs =
        made_cloud(8, 8, seed, [](Draws& draws, Index) { return static_cast<double>(draws.below(7)) - 3; });
    const Assignment found = solve_assignment(costs);
    CHECK(cost_of(costs, found.to) == least_cost_by_trial(costs));
    check_certificate(costs, found, 8);
  }
}

TEST_CASE("assignment: scipy's linear_sum_assignment at 200 points (tests/peers/transport_reference.py)") {
  struct Reference {
    Index dim;
    double cost;
    Index checksum;
  };
  for (const auto& [dim, cost, checksum] :
       {Reference{1, 60.428587341178869, 2031095}, Reference{2, 118.8707061804383, 1980648},
        Reference{10, 668.00080327718354, 1937312}}) {
    const Assignment found =
        solve_assignment(reference_cloud(dim, 200, 1), reference_cloud(dim, 200, 2, 1.5, 0.25));
    CHECK(found.cost == doctest::Approx(cost).epsilon(1e-13));
    Index sum = 0;
    for (Index i = 0; i < 200; ++i) sum += i * found.to[static_cast<std::size_t>(i)];
    CHECK(sum == checksum);
  }
  const Points x = (8 * reference_cloud(2, 200, 3).array()).floor(),
               y = (8 * reference_cloud(2, 200, 4).array()).floor();
  CHECK(solve_assignment(x, y).cost == 121);
}

TEST_CASE("assignment: a dual certificate for every family of clouds") {
  for (const Index dim : {1, 2, 3, 30})
    for (const Index n : {2, 33, 256})
      for (const CloudPair& pair : cloud_families(dim, n, 7)) {
        CAPTURE(pair.family);
        CAPTURE(dim);
        CAPTURE(n);
        const Eigen::MatrixXd costs = squared_distances(pair.x, pair.y);
        check_certificate(costs, solve_assignment(pair.x, pair.y), costs.maxCoeff());
        check_certificate(costs, solve_assignment(costs), costs.maxCoeff());
      }
}

TEST_CASE("assignment: equal for every instruction set and every call") {
  for (const CloudPair& pair : cloud_families(2, 150, 3)) {
    CAPTURE(pair.family);
    const Assignment first = solve_assignment(pair.x, pair.y);
    CHECK(assign(pair.x, pair.y) == first.to);
    for (const InstructionSet set : available_instruction_sets()) {
      CAPTURE(print_value(set));
      const Assignment found = solve_assignment(pair.x, pair.y, set);
      CHECK(found.to == first.to);
      CHECK(found.u == first.u);
      CHECK(found.v == first.v);
    }
  }
}

TEST_CASE("assignment: on the line it is the monotone map") {
  const auto normal = [](Draws& draws, Index) { return draws.normal(); };
  const Points x = made_cloud(1, 300, 1, normal), y = made_cloud(1, 300, 2, normal);
  std::vector<std::pair<double, double>> pairs;
  const std::vector<Index> to = assign(x, y);
  for (Index i = 0; i < 300; ++i) pairs.emplace_back(x(0, i), y(0, to[static_cast<std::size_t>(i)]));
  std::sort(pairs.begin(), pairs.end());
  for (std::size_t i = 1; i < pairs.size(); ++i) CHECK(pairs[i - 1].second < pairs[i].second);
}

TEST_CASE("assignment: the plan does not depend on the unit, though squares underflow in it") {
  const Points x = normal_points(2, 40, 1), y = normal_points(2, 40, 2);
  const std::vector<Index> wanted = assign(x, y);
  for (const double unit : {0x1p-565, 0x1p-800, 0x1p500}) CHECK(assign(unit * x, unit * y) == wanted);
  const Assignment plain = solve_assignment(x, y), small = solve_assignment(0x1p-100 * x, 0x1p-100 * y);
  CHECK(small.u == 0x1p-200 * plain.u);
  CHECK(small.v == 0x1p-200 * plain.v);
  CHECK(small.gap == 0x1p-200 * plain.gap);
}

TEST_CASE("assignment: near costs alone are as good as all of them") {
  const Vector ones = Vector::Ones(1100);
  for (const Index dim : {2, 5})
    for (const CloudPair& pair : cloud_families(dim, 1100, 9)) {
      CAPTURE(pair.family);
      CAPTURE(dim);
      const Assignment found = solve_assignment(pair.x, pair.y);
      const Transportation sparse = solve_transportation(pair.x, pair.y, ones, ones, CostPower::two);
      const Assignment dense = solve_assignment(pair.x, pair.y, instruction_set());
      CHECK(found.cost == doctest::Approx(dense.cost).epsilon(1e-12));
      CHECK(1100 * sparse.cost == doctest::Approx(dense.cost).epsilon(1e-12));
      CHECK(is_permutation_of_rows(found.to, 1100));
    }
}

TEST_CASE("assignment: single precision mended costs what double precision alone finds") {
  for (const Index dim : {1, 2, 10})
    for (const Index n : {2, 3, 9, 17, 64, 300})
      for (const CloudPair& pair : cloud_families(dim, n, 11)) {
        CAPTURE(pair.family);
        CAPTURE(dim);
        CAPTURE(n);
        const Eigen::MatrixXd costs = squared_distances(pair.x, pair.y);
        CostRows rows(costs, scan_kernels());
        std::vector<double> price(static_cast<std::size_t>(rows.stride()),
                                  -std::numeric_limits<double>::infinity());
        std::fill(price.begin(), price.begin() + n, 0.0);
        const double wanted = cost_of(costs, augment(rows, scan_kernels(), price));
        const double rounding = static_cast<double>(n * (n + 8)) * epsilon * costs.maxCoeff();
        CHECK(std::abs(cost_of(costs, assign(pair.x, pair.y)) - wanted) <= rounding);
        CHECK(std::abs(cost_of(costs, solve_assignment(costs).to) - wanted) <= rounding);
      }
}

TEST_CASE("assignment: a dual certificate at a thousand and two thousand points" *
          doctest::test_suite("slow")) {
  for (const Index n : {1000, 2000})
    for (const CloudPair& pair : cloud_families(2, n, 13)) {
      CAPTURE(pair.family);
      const Eigen::MatrixXd costs = squared_distances(pair.x, pair.y);
      check_certificate(costs, solve_assignment(pair.x, pair.y), costs.maxCoeff());
    }
}

TEST_CASE("assignment: what cannot be assigned is an error with an id") {
  const Points three = Points::Zero(2, 3), four = Points::Zero(2, 4);
  CHECK(error_id([&] { assign(three, four); }) == "assignment-size");
  Points bad = three;
  bad(1, 2) = std::numeric_limits<double>::quiet_NaN();
  CHECK(error_id([&] { assign(three, bad); }) == "not-finite");
  bad(1, 2) = 1e160;
  CHECK(error_id([&] { assign(bad, three); }) == "not-finite");
  const Points many = Points::Zero(2, max_assignment + 1);
  CHECK(error_id([&] { assign(many, many, {.count = 1}); }) == "assignment-limit");
  CHECK(assign(Points(2, 0), Points(2, 0)).empty());
}

TEST_CASE("assignment: rows of classes add their cost where they differ, on every instruction set") {
  const Index n = 100;
  const ExtraRows extra{.count = 3, .classes = 2, .class_cost = 0.7};
  Points x = Points::Zero(5, n), y = x;
  x.topRows(3) = reference_cloud(3, n, 1), y.topRows(3) = reference_cloud(3, n, 2);
  for (Index k = 0; k < n; ++k) {
    x.col(k).tail(2) << static_cast<double>(k % 4), static_cast<double>(k % 9);
    y.col(k).tail(2) << static_cast<double>(k % 3), static_cast<double>(k % 5);
  }
  Eigen::MatrixXd costs = squared_distances(x.topRows(3), y.topRows(3));
  for (Index i = 0; i < n; ++i)
    for (Index j = 0; j < n; ++j)
      for (Index k = 3; k < 5; ++k) costs(i, j) += x(k, i) != y(k, j) ? 0.7 : 0;
  const std::vector<Index> wanted = solve_assignment(costs).to;
  for (const InstructionSet set : available_instruction_sets()) {
    const Assignment found = solve_assignment(x, y, set, extra);
    CHECK(found.to == wanted);
    check_certificate(costs, found, costs.maxCoeff());
  }
}
