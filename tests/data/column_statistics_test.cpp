// Statistics of columns against numbers from numpy.
#include "data/column_statistics.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>

using namespace fm;

namespace {

const double no_number = std::numeric_limits<double>::quiet_NaN();
const std::vector<double> x = {3.5, -1, 2, 2, 10, 7.25, 0.1};

}  // namespace

// python3 -c "import numpy as np; x = np.array([3.5, -1, 2, 2, 10, 7.25, 0.1]);
//   print(x.mean(), x.std(), *np.quantile(x, [.25, .5, .75]))"   (numpy 2.4.6)
TEST_CASE("statistics: mean, deviation and quartiles are numpy's, and NaN is no value") {
  std::vector<double> values = x;
  values.insert(values.begin() + 3, no_number);
  const ColumnStatistics s = column_statistics(values);
  CHECK(s.count == 7);
  CHECK(s.mean == doctest::Approx(3.4071428571428575).epsilon(1e-15));
  CHECK(s.std == doctest::Approx(3.6363667671600624).epsilon(1e-15));
  CHECK(s.min == -1);
  CHECK(s.q1 == doctest::Approx(1.05).epsilon(1e-15));
  CHECK(s.median == 2);
  CHECK(s.q3 == 5.375);
  CHECK(s.max == 10);
}

TEST_CASE("statistics: quantiles of one number are that number, and those of level 0 and 1 the ends") {
  for (const double p : {0.0, 0.3, 1.0}) CHECK(quantile({4.5}, p) == 4.5);
  CHECK(quantile({1, 2, 5}, 0) == 1);
  CHECK(quantile({1, 2, 5}, 1) == 5);
  CHECK(column_statistics({7, 7, 7}).std == 0);
  CHECK(column_statistics({1e200, -1e200}).std == doctest::Approx(1e200));
}

TEST_CASE("statistics: the nearest rank is the least value with a share at or below it") {
  const std::vector<double> sorted = {-1, 0, 0, 2, 3, 5, 8};
  for (const double p : {0.0, 0.01, 1.0 / 7, 0.2, 3.0 / 7, 0.5, 0.9, 1.0}) {
    CAPTURE(p);
    const double rank = nearest_rank(sorted, p);
    const auto at_or_below = [&](double value) {
      return std::upper_bound(sorted.begin(), sorted.end(), value) - sorted.begin();
    };
    const auto least = std::find_if(sorted.begin(), sorted.end(), [&](double value) {
      return static_cast<double>(at_or_below(value)) >= 7 * p;
    });
    CHECK(rank == *least);
  }
}

// python3 -c "import numpy as np; print(np.corrcoef([3.5, -1, 2, 2, 10, 7.25, 0.1],
//   [1, 4, 2, 2.5, -3, 0, 9])[0, 1])"   (numpy 2.4.6)
TEST_CASE("statistics: correlations are numpy's, 1 on the diagonal, and none with a constant") {
  Points rows(4, 7);
  rows << 3.5, -1, 2, 2, 10, 7.25, 0.1, 1, 4, 2, 2.5, -3, 0, 9, 0, 0, 0, 0, 0, 0, 0, 6, 6, 6, 6, 6, 6, 6;
  rows.row(2) = -2e100 * rows.row(0).array() + 1e99;
  const Points r = correlation(rows);
  CHECK(r(0, 1) == doctest::Approx(-0.837897042781656).epsilon(1e-14));
  CHECK(r(1, 0) == r(0, 1));
  CHECK(r(0, 2) == doctest::Approx(-1).epsilon(1e-14));
  for (Index i = 0; i < 3; ++i) CHECK(r(i, i) == 1);
  for (Index i = 0; i < 4; ++i) CHECK(std::isnan(r(3, i)));
}
