// Weighted rows as plain samples.
#include "data/thinning.h"

#include <doctest/doctest.h>

#include <cmath>
#include <set>

using namespace fm;

TEST_CASE("thinning: rows stay in proportion to their weights, none twice") {
  const Index count = 40000;
  Vector weights(count);
  for (Index i = 0; i < count; ++i) weights(i) = 0.25 * static_cast<double>(i % 5);  // 0 to 1
  for (const std::uint64_t first : {std::uint64_t{0}, std::uint64_t{1} << 63}) {
    const std::vector<Index> rows = thinned_rows(7 * weights, 3, first);
    CHECK(std::set<Index>(rows.begin(), rows.end()).size() == rows.size());
    double kept[5] = {};
    for (const Index row : rows) ++kept[row % 5];
    const double each = count / 5.0;
    CHECK(kept[0] == 0);
    CHECK(kept[4] == each);
    double chi_square = 0;
    for (int k = 1; k < 4; ++k) {
      const double share = 0.25 * k;
      chi_square += std::pow(kept[k] - each * share, 2) / (each * share * (1 - share));
    }
    CHECK(chi_square < 21.1);  // 3 degrees of freedom: false alarm 1e-4
  }
}

TEST_CASE("thinning: equal weights keep all rows, and two streams lose different ones") {
  CHECK(thinned_rows(Vector::Constant(100, 0.1), 0, 0).size() == 100);
  Vector weights = Vector::Constant(200, 0.5);
  weights(0) = 1;
  CHECK(thinned_rows(weights, 0, 0) == thinned_rows(weights, 0, 0));
  CHECK(thinned_rows(weights, 0, 0) != thinned_rows(weights, 0, std::uint64_t{1} << 63));
  CHECK(thinned_rows(weights, 0, 0) != thinned_rows(weights, 1, 0));
}
