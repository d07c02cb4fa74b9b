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
