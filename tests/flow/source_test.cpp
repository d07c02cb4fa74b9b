#include "flow/source.h"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "support/points.h"

using namespace fm;

namespace {

const Random draws_of_seed_7{7, Purpose::source};

Points drawn(const Source& source, std::uint64_t first_row, Index dim, Index count) {
  Points x0(dim, count);
  draw_source(source, draws_of_seed_7, first_row, x0);
  return x0;
}

}  // namespace

TEST_CASE("source: a row depends on its number alone, not on its block") {
  const Points cloud = normal_points(3, 17, 1);
  for (const Source& source : {Source(NormalSource{}), Source(PointSource(cloud, 0.1)),
                               Source(PairedSource(cloud, Vector::LinSpaced(17, 1, 2), 0.1))}) {
    const Points all = drawn(source, 0, 3, 100);
    for (const Index size : {1, 3, 64})
      for (Index begin = 0; begin + size <= 100; begin += size)
        REQUIRE(same_bits(drawn(source, static_cast<std::uint64_t>(begin), 3, size),
                          all.middleCols(begin, size)));
  }
}

TEST_CASE("source: the normal source has mean 0 and variance 1 without correlation") {
  constexpr Index count = 100000;
  const Points x = drawn(NormalSource{}, 0, 2, count);
  // 5 statistics at 4.9 standard errors each: false alarms at a rate of 1e-6 each.
  const double error = 4.9 / std::sqrt(static_cast<double>(count));
  CHECK(std::abs(x.row(0).mean()) < error);
  CHECK(std::abs(x.row(1).mean()) < error);
  CHECK(std::abs(x.row(0).squaredNorm() / count - 1) < error * std::sqrt(2));
  CHECK(std::abs(x.row(1).squaredNorm() / count - 1) < error * std::sqrt(2));
  CHECK(std::abs(x.row(0).dot(x.row(1)) / count) < error);
}

TEST_CASE("source: rows of a cloud are drawn uniformly, unchanged without jitter") {
  constexpr Index rows = 20, count = 40000;
  Points cloud(2, rows);
  cloud.row(0).setLinSpaced(0, rows - 1);
  cloud.row(1) = 100 - cloud.row(0).array();
  const Points x = drawn(PointSource(cloud, 0), 0, 2, count);
  std::vector<double> hits(rows);
  for (Index n = 0; n < count; ++n) {
    REQUIRE(x(1, n) == 100 - x(0, n));
    REQUIRE(x(0, n) == std::floor(x(0, n)));
    ++hits.at(static_cast<std::size_t>(x(0, n)));
  }
  double chi_square = 0;
  constexpr double expected = static_cast<double>(count) / rows;
  for (const double hit : hits) chi_square += (hit - expected) * (hit - expected) / expected;
  // 19 degrees of freedom: 1e-4 quantile above 50.8, below 3.9 (too even to be random).
  CHECK(chi_square < 50.8);
  CHECK(chi_square > 3.9);
}

TEST_CASE("source: jitter is normal noise of the stated share of each column's deviation") {
  constexpr Index count = 50000;
  Points cloud(3, 2);  // deviations 1, 50 and 0
  cloud << -1, 1, 0, 100, 0.1, 0.1;
  const PointSource source(cloud, 0.25);
  CHECK(source.jitter_std(0) == 0.25);
  CHECK(source.jitter_std(1) == 12.5);
  CHECK(source.jitter_std(2) == 0);
  const PointSource tight(cloud, 0.01);  // so small that the nearer row is the drawn one
  const Points x = drawn(tight, 0, 3, count);
  double square = 0, product = 0, fourth = 0;
  for (Index n = 0; n < count; ++n) {
    const Index row = x(0, n) < 0 ? 0 : 1;
    const double a = (x(0, n) - cloud(0, row)) / 0.01, b = (x(1, n) - cloud(1, row)) / 0.5;
    square += (a * a + b * b) / 2;
    product += a * b;
    fourth += a * a * a * a;
    REQUIRE(x(2, n) == 0.1);
  }
  // Variances of z^2, z z' and z^4 are 2, 1 and 96; bounds of 4.9 standard errors.
  const double error = 4.9 / std::sqrt(static_cast<double>(count));
  CHECK(std::abs(square / count - 1) < error);
  CHECK(std::abs(product / count) < error);
  CHECK(std::abs(fourth / count - 3) < error * std::sqrt(96));
}

TEST_CASE("source: a constant column stays constant in the last bit however many rows there are") {
  const Points cloud = Points::Constant(2, 100001, 0.1);
  CHECK(PointSource(cloud, 1).jitter_std.maxCoeff() <= 1e-16);
}

TEST_CASE("source: paired rows take their part of [0, 1] by weight") {
  Vector weights(3);
  weights << 1.0, 2.0, 1.0;
  const PairedSource pairs(normal_points(2, 3, 1), weights, 0);
  for (const auto& [share, row] : {std::pair{0.0, 0}, {0.24, 0}, {0.25, 1}, {0.5, 1}, {0.75, 2}, {1.0, 2}})
    CHECK(pairs.row_at(share) == row);
  const PairedSource some = pairs.subset({0, 2});
  CHECK(some.row_at(0.49) == 0);
  CHECK(some.row_at(0.51) == 1);
  CHECK(some.points.col(1) == pairs.points.col(2));
}

TEST_CASE("source: paired rows are drawn in proportion to their weights") {
  Points cloud(1, 3);
  cloud << 0.0, 1.0, 2.0;
  Vector weights(3);
  weights << 1.0, 2.0, 5.0;
  const Points x = drawn(PairedSource(cloud, weights, 0), 0, 1, 10000);
  // Four standard errors.
  for (int k = 0; k < 3; ++k) {
    const double share = weights(k) / 8, seen = static_cast<double>((x.array() == k).count()) / 10000;
    CHECK(std::abs(seen - share) < 4 * std::sqrt(share * (1 - share) / 10000));
  }
}
