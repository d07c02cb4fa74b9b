#include "core/numeric.h"

#include <doctest/doctest.h>

#include <cmath>

#include "support/points.h"

using namespace fm;

TEST_CASE("numeric: a running estimate is that of the list, however far from 0 its values lie") {
  for (const double offset : {0.0, 1e9}) {
    const Vector values = normal_points(1000, 1, 1).array() + offset;
    RunningEstimate running;
    for (const double value : values) running.add(value);
    const Estimate wanted = mean_estimate(values), found = running.estimate();
    CHECK(running.count() == 1000);
    CHECK(found.value == doctest::Approx(wanted.value).epsilon(1e-15));
    // Deviations of size 1 at 1e9 have lost 9 of 16 digits; sums of squares would have lost all.
    CHECK(found.standard_error == doctest::Approx(wanted.standard_error).epsilon(1e-6));
  }
}

TEST_CASE("numeric: one value has a mean but no standard error") {
  RunningEstimate running;
  running.add(3);
  CHECK(running.estimate().value == 3);
  CHECK(std::isnan(running.estimate().standard_error));
}

TEST_CASE(
    "numeric: a running estimate has no unit of weights, though their squares or sums leave the doubles") {
  const Vector values = normal_points(100, 1, 1).col(0);
  const auto estimate = [&](double unit) {
    RunningEstimate running;
    for (Index n = 0; n < values.size(); ++n) running.add(values(n), unit * static_cast<double>(1 + n % 7));
    return running.estimate();
  };
  const Estimate wanted = estimate(1);
  for (const double unit : {0x1p1021, 0x1p-1074, 0x1p-600}) {
    CHECK(estimate(unit).value == wanted.value);
    CHECK(estimate(unit).standard_error == wanted.standard_error);
  }
}

TEST_CASE("numeric: light values before heavy ones do not count in a running estimate") {
  RunningEstimate all, heavy;
  all.add(5, 1e-300);
  for (const double value : {1.0, 2.0, 4.0}) {
    all.add(value, 1e300);
    heavy.add(value);
  }
  CHECK(all.estimate().value == heavy.estimate().value);
  // The variance is of four values, one of which weighs nothing.
  CHECK(all.estimate().standard_error ==
        doctest::Approx(std::sqrt((4.0 / 3) / (3.0 / 2)) * heavy.estimate().standard_error));
}
