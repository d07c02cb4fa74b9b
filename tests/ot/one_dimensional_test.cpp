#include "ot/one_dimensional.h"

#include <doctest/doctest.h>

#include <cmath>

#include "core/error.h"
#include "ot/assignment.h"
#include "support/reference_clouds.h"

using namespace fm;

TEST_CASE(
    "one-dimensional transport: scipy and POT on 30 and 50 points (tests/peers/transport_reference.py)") {
  const Vector x = reference_cloud(1, 30, 5).row(0), y = reference_cloud(1, 50, 6, 2.0).row(0);
  const auto is = [](double value) { return doctest::Approx(value).epsilon(1e-13); };
  CHECK(wasserstein_1d(x, y, 1) == is(0.68614196398493044));
  CHECK(wasserstein_1d(x, y, 2) == is(std::sqrt(0.53830311153526234)));
  CHECK(wasserstein_1d(y, x, 3) == is(std::cbrt(0.45277359480152546)));
}

TEST_CASE("one-dimensional transport: of equal sizes it is the assignment") {
  const Points x = reference_cloud(1, 128, 11, 3), y = reference_cloud(1, 128, 12);
  const double cost = solve_assignment(x, y).cost / 128;
  CHECK(wasserstein_1d(x.row(0).transpose(), y.row(0).transpose(), 2) ==
        doctest::Approx(std::sqrt(cost)).epsilon(1e-13));
}

TEST_CASE("one-dimensional transport: unequal sizes are the limit of repeated points") {
  const Vector x = reference_cloud(1, 6, 13).row(0), y = reference_cloud(1, 4, 14).row(0);
  const Vector x_twice = x.replicate(2, 1), y_thrice = y.replicate(3, 1);
  CHECK(wasserstein_1d(x, y, 2) == doctest::Approx(wasserstein_1d(x_twice, y_thrice, 2)).epsilon(1e-14));
  CHECK(wasserstein_1d(x, x_twice, 2) == 0);
}

TEST_CASE("one-dimensional transport: an empty side is an error") {
  CHECK_THROWS_AS(wasserstein_1d(Vector(0), Vector::Zero(3), 2), Error);
}
