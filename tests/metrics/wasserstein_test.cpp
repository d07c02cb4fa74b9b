#include "metrics/wasserstein.h"

#include <doctest/doctest.h>

#include <cmath>

#include "ot/one_dimensional.h"
#include "support/reference_clouds.h"

using namespace fm;

TEST_CASE("wasserstein: the ways by sorting, by assignment and by transportation agree") {
  const Points x = reference_cloud(3, 40, 7), y = reference_cloud(3, 40, 8, 1.2, 0.1);
  const Vector ones = Vector::Constant(40, 0.3);
  const Wasserstein direct = wasserstein(x, y, CostPower::two);
  CHECK(direct.cost == doctest::Approx(wasserstein(x, y, CostPower::two, ones, ones).cost).epsilon(1e-12));
  CHECK(direct.distance * direct.distance == doctest::Approx(direct.cost).epsilon(1e-14));
  for (const CostPower power : {CostPower::one, CostPower::two}) {
    const Points u = x.topRows(1), v = y.topRows(1).leftCols(25);
    const Wasserstein line = wasserstein(u, v, power);
    const Wasserstein plan = wasserstein(u, v, power, ones, Vector::Ones(25));
    CHECK(line.cost == doctest::Approx(plan.cost).epsilon(1e-12));
    CHECK(line.distance == doctest::Approx(plan.distance).epsilon(1e-12));
  }
}

TEST_CASE("wasserstein: a shift carries every point by its length, and a cloud is at 0 from itself") {
  const Points x = reference_cloud(3, 40, 7);
  const Vector a = reference_cloud(40, 1, 11);
  const Vector shift = Eigen::Vector3d(3, 4, 12);
  for (const CostPower power : {CostPower::one, CostPower::two}) {
    CHECK(wasserstein(x, x.colwise() + shift, power, a, a).distance == doctest::Approx(13).epsilon(1e-12));
    CHECK(wasserstein(x, x, power, a, a).cost == 0);
  }
}

TEST_CASE("wasserstein: a mass of 0 is no point") {
  const Points x = reference_cloud(3, 40, 7), y = reference_cloud(3, 25, 9, 0.9, 0.2);
  Vector a = Vector::Ones(40);
  a.tail(10).setZero();
  for (const CostPower power : {CostPower::one, CostPower::two})
    CHECK(wasserstein(x, y, power, a).cost ==
          doctest::Approx(wasserstein(x.leftCols(30), y, power).cost).epsilon(1e-12));
}

TEST_CASE("wasserstein: 40 and 25 points equal POT's ot.emd2 (tests/peers/transport_reference.py)") {
  const Points x = reference_cloud(3, 40, 7), y = reference_cloud(3, 25, 9, 0.9, 0.2);
  const Vector a = reference_cloud(1, 40, 11).row(0).array() + 0.1;
  const Vector b = reference_cloud(1, 25, 12).row(0).array() + 0.1;
  const auto cost = [&](CostPower power) { return wasserstein(x, y, power).cost; };
  const auto weighted = [&](CostPower power) { return wasserstein(x, y, power, a, b).cost; };
  CHECK(cost(CostPower::one) == doctest::Approx(0.35159009661749396).epsilon(1e-9));
  CHECK(cost(CostPower::two) == doctest::Approx(0.15417104664197193).epsilon(1e-9));
  CHECK(weighted(CostPower::one) == doctest::Approx(0.35219735842329808).epsilon(1e-9));
  CHECK(weighted(CostPower::two) == doctest::Approx(0.15169974496897598).epsilon(1e-9));
}
