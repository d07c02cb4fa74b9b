#include "ot/transportation.h"

#include <doctest/doctest.h>

#include <numeric>

#include "clouds.h"
#include "core/error.h"
#include "ot/assignment.h"

using namespace fm;

namespace {

double cost_between(const Points& x, Index i, const Points& y, Index j, CostPower power) {
  const double distance = (x.col(i) - y.col(j)).norm();
  return power == CostPower::two ? distance * distance : distance;
}

/// The same problem as an assignment of points repeated as often as their whole masses say.
double least_cost_by_repeats(const Points& x, const Points& y, const Vector& a, const Vector& b,
                             CostPower power) {
  std::vector<Index> rows, columns;
  for (Index i = 0; i < a.size(); ++i) rows.insert(rows.end(), static_cast<std::size_t>(a[i]), i);
  for (Index j = 0; j < b.size(); ++j) columns.insert(columns.end(), static_cast<std::size_t>(b[j]), j);
  const auto n = static_cast<Index>(rows.size());
  Eigen::MatrixXd costs(n, n);
  for (Index i = 0; i < n; ++i)
    for (Index j = 0; j < n; ++j)
      costs(i, j) =
          cost_between(x, rows[static_cast<std::size_t>(i)], y, columns[static_cast<std::size_t>(j)], power);
  return solve_assignment(costs).cost / static_cast<double>(n);
}

/// Whole masses (n) >= 0 of sum `total` >= n.
Vector whole_masses(Index n, Index total, std::uint64_t seed) {
  Vector masses = Vector::Zero(n);
  Draws draws(seed, Purpose::test, 0);
  for (Index k = 0; k < total; ++k)
    masses[static_cast<Index>(draws.below(static_cast<std::uint64_t>(n)))] += 1;
  return masses;
}

void check_proof(const Points& x, const Points& y, const Vector& a, const Vector& b, CostPower power,
                 const Transportation& found) {
  const double scale = std::max(found.u.lpNorm<Eigen::Infinity>(), found.v.lpNorm<Eigen::Infinity>());
  double least = 0;
  for (Index i = 0; i < x.cols(); ++i)
    for (Index j = 0; j < y.cols(); ++j)
      least = std::min(least, cost_between(x, i, y, j, power) - found.u[i] - found.v[j]);
  CHECK(least >= -1e-12 * scale);
  CHECK((source_masses(found.plan) - a / a.sum()).lpNorm<Eigen::Infinity>() <= 1e-15);
  CHECK((target_masses(found.plan) - b / b.sum()).lpNorm<Eigen::Infinity>() <= 1e-15);
  const double dual = a.dot(found.u) / a.sum() + b.dot(found.v) / b.sum();
  CHECK(std::abs(found.cost - dual) <= 1e-12 * scale);
  CHECK(found.gap >= 0);
}

}  // namespace

TEST_CASE(
    "transportation: plans are feasible, proved by the dual, and as cheap as an assignment of repeats") {
  for (const CostPower power : {CostPower::one, CostPower::two})
    for (const Index dim : {1, 2, 5})
      for (const CloudPair& pair : cloud_families(dim, 60, 3)) {
        CAPTURE(pair.family);
        CAPTURE(dim);
        const Points y = pair.y.leftCols(25);
        const Vector a = whole_masses(60, 150, 1), b = whole_masses(25, 150, 2);
        const Transportation found = solve_transportation(pair.x, y, a, b, power);
        check_proof(pair.x, y, a, b, power, found);
        CHECK(found.cost == doctest::Approx(least_cost_by_repeats(pair.x, y, a, b, power)).epsilon(1e-9));
      }
}

TEST_CASE("transportation: of large clouds, with coarser ones first, the proof holds") {
  for (const CostPower power : {CostPower::one, CostPower::two})
    for (const CloudPair& pair : cloud_families(2, 900, 8)) {
      CAPTURE(pair.family);
      CAPTURE(static_cast<int>(power));
      const Points y = pair.y.leftCols(500);
      const Vector a = whole_masses(900, 2000, 3), b = whole_masses(500, 2000, 4);
      check_proof(pair.x, y, a, b, power, solve_transportation(pair.x, y, a, b, power));
      const Vector equal = Vector::Ones(900);
      check_proof(pair.x, pair.y, equal, equal, power,
                  solve_transportation(pair.x, pair.y, equal, equal, power));
    }
}

TEST_CASE("transportation: one point, and many points to few, have the mean cost or the proof") {
  const CloudPair pair = cloud_families(2, 200, 5)[1];
  const Points one = pair.y.leftCols(1), few = pair.y.leftCols(3);
  const Vector equal = Vector::Ones(200);
  for (const CostPower power : {CostPower::one, CostPower::two}) {
    double mean = 0;
    for (Index i = 0; i < 200; ++i) mean += cost_between(pair.x, i, one, 0, power) / 200;
    CHECK(solve_transportation(pair.x, one, equal, Vector::Ones(1), power).cost == doctest::Approx(mean));
    check_proof(pair.x, few, equal, Vector::Ones(3), power,
                solve_transportation(pair.x, few, equal, Vector::Ones(3), power));
    check_proof(few, pair.x, Vector::Ones(3), equal, power,
                solve_transportation(few, pair.x, Vector::Ones(3), equal, power));
  }
}

TEST_CASE("transportation: a common offset of 1e8 keeps the cost") {
  const CloudPair pair = cloud_families(2, 60, 6)[4];  // whole numbers, which the offset leaves exact
  const Points y = pair.y.leftCols(40);
  const Vector a = whole_masses(60, 200, 7), b = whole_masses(40, 200, 8);
  for (const CostPower power : {CostPower::one, CostPower::two})
    CHECK(solve_transportation(pair.x.array() + 1e8, y.array() + 1e8, a, b, power).cost ==
          doctest::Approx(solve_transportation(pair.x, y, a, b, power).cost).epsilon(1e-12));
}

TEST_CASE("transportation: masses that are none are refused") {
  const Points x = Points::Ones(2, 2);
  const Vector ones = Vector::Ones(2);
  for (const Vector& bad : {Vector(Vector::Zero(2)), Vector(Vector::Ones(3)), Vector(-ones)})
    CHECK_THROWS_AS(solve_transportation(x, x, bad, ones, CostPower::two), Error);
}
