#include "metrics/kolmogorov_smirnov.h"

#include <doctest/doctest.h>

#include <cmath>

#include "support/points.h"

using namespace fm;

TEST_CASE("ks: the chance of clouds apart is two paths of all") {
  CHECK(ks_p_value(1, 5, 4) == doctest::Approx(2.0 / 126).epsilon(1e-14));
  CHECK(ks_p_value(1, 1, 1) == 1);
  CHECK(ks_p_value(0, 3, 3) == 1);
}

TEST_CASE("ks: the test is of all values in any order, of 4000 where there are more") {
  Vector x(3), y(2);
  x << 3, 1, 2;
  y << 5, 2.5;
  const KsTest few = ks_test(x, y, 0);
  CHECK(few.statistic == doctest::Approx(2.0 / 3).epsilon(1e-15));  // at 2: two of three, none
  CHECK(few.p_value == doctest::Approx(6.0 / 10).epsilon(1e-14));   // by counting the 10 orders
  CHECK(few.x_rows == 3);
  CHECK(few.y_rows == 2);
  const Points many = normal_points(5000, 2, 1);
  const KsTest part = ks_test(many.col(0), many.col(1).head(4100), 2);
  CHECK(part.x_rows == 4000);
  CHECK(part.y_rows == 4000);
  CHECK(part.p_value > 1e-4);
  CHECK(ks_test(many.col(0), many.col(1).array() + 0.2, 2).p_value < 1e-6);  // .08 apart, .03 is usual
}
