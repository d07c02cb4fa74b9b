#include "metrics/marginals.h"

#include <doctest/doctest.h>

#include <cmath>

#include "core/random.h"
#include "support/reference_clouds.h"

using namespace fm;

TEST_CASE("marginals: scipy's W1, Kolmogorov-Smirnov statistics and exact p-values") {
  // tests/peers/two_sample_reference.py
  const MarginalReport report =
      compare_marginals(reference_cloud(3, 40, 7), reference_cloud(3, 25, 8, 1.2, 0.1), 0);
  const auto is = [](double value) { return doctest::Approx(value).epsilon(1e-11); };
  REQUIRE(report.columns.size() == 3);
  CHECK(report.columns[0].w1 == is(0.24913064560719472));
  CHECK(report.columns[0].ks == is(0.40999999999999998));
  CHECK(report.columns[0].p_value == is(0.0078496461938989803));
  CHECK(report.columns[1].w1 == is(0.22610872267587084));
  CHECK(report.columns[1].ks == is(0.35999999999999999));
  CHECK(report.columns[1].p_value == is(0.027845701146672192));
  CHECK(report.columns[2].w1 == is(0.26859814182935893));
  CHECK(report.columns[2].ks == is(0.32500000000000001));
  CHECK(report.columns[2].p_value == is(0.060990721175801219));
}

TEST_CASE("marginals: moments, and the pair of columns whose correlation differs most") {
  const Index count = 4000;
  Points noise(3, count);
  fill_normal({1, Purpose::test}, 0, noise);
  Points x = noise, y = noise;
  x.row(2) = noise.row(0) + noise.row(2);  // correlation sqrt(1/2) with column 0
  y.row(1).array() = 4;                    // constant: no correlation
  const MarginalReport report = compare_marginals(x, y, 0);
  CHECK(report.first == 0);
  CHECK(report.second == 2);
  CHECK(std::abs(report.largest_correlation_difference - std::sqrt(0.5)) < 0.05);
  CHECK(report.columns[1].reference_mean == 4);
  CHECK(report.columns[1].reference_std == 0);
  CHECK(report.columns[2].std == doctest::Approx(std::sqrt(2)).epsilon(0.05));
  CHECK(report.columns[0].ks == 0);
  CHECK(report.columns[0].p_value == 1);
  const MarginalReport alone = compare_marginals(x.topRows(1), y.topRows(1), 0);
  CHECK(alone.first == alone.second);
}
