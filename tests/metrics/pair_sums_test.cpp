#include "metrics/pair_sums.h"

#include <doctest/doctest.h>

#include "core/parallel.h"
#include "core/random.h"
#include "core/value.h"
#include "metrics/energy.h"
#include "metrics/mmd.h"
#include "metrics/resampling.h"
#include "support/points.h"

using namespace fm;

namespace {

PairWeights random_weights(Index points, Index columns, std::uint64_t most) {
  PairWeights weights(points, columns);
  Draws draws(3, Purpose::test, 0);
  for (Index n = 0; n < points; ++n)
    for (Index p = 0; p < columns; ++p) weights(n, p) = static_cast<std::uint8_t>(draws.below(most + 1));
  return weights;
}

/// f(|x_i - x_j|) for all pairs.
Points all_values(const Points& points, const PairFunction& f) {
  Points values(points.cols(), points.cols());
  for (Index i = 0; i < points.cols(); ++i)
    for (Index j = 0; j < points.cols(); ++j) values(i, j) = (points.col(i) - points.col(j)).squaredNorm();
  f(values);
  return values;
}

}  // namespace

TEST_CASE("pair sums: equal the forms of the whole matrix, wherever the points are cut") {
  const PairFunction f = mmd_contrast(MmdKernel::imq, 0.7).f;
  for (const auto& [count, split] :
       {std::pair<Index, Index>{300, 0}, {300, 300}, {300, 128}, {300, 71}, {5, 2}})
    for (const Index columns : {1, 63, 64, 70}) {
      CAPTURE(count);
      CAPTURE(split);
      CAPTURE(columns);
      const Points points = normal_points(3, count, 1);
      const PairWeights weights = random_weights(count, columns, 255);
      const PairSums sums = pair_sums(points, split, weights, f);
      const Points values = all_values(points, f), z = weights.cast<double>();
      CHECK(sums.all == doctest::Approx(values.sum()).epsilon(1e-12));
      for (Index p = 0; p < columns; ++p) {
        Vector first = z.col(p), second = z.col(p);
        first.tail(count - split).setZero();
        second.head(split).setZero();
        CHECK(sums.first[p] == doctest::Approx(first.dot(values * first)).epsilon(1e-12));
        CHECK(sums.across[p] == doctest::Approx(first.dot(values * second)).epsilon(1e-12));
        CHECK(sums.second[p] == doctest::Approx(second.dot(values * second)).epsilon(1e-12));
        CHECK(sums.from[p] == doctest::Approx((values * z.col(p)).sum()).epsilon(1e-12));
      }
    }
}

TEST_CASE("pair sums: any number of threads gives the same bits") {
  const Points points = normal_points(2, 700, 1);
  const PairWeights weights = random_weights(700, 5, 1);
  const PairSums one = pair_sums(points, 300, weights, energy_contrast().f);
  for (const int count : {2, 3}) {
    set_threads(count);
    const PairSums sums = pair_sums(points, 300, weights, energy_contrast().f);
    CHECK((sums.first == one.first && sums.across == one.across && sums.second == one.second));
    CHECK((sums.from == one.from && sums.all == one.all));
  }
  set_threads(1);
}

TEST_CASE("pair sums: a contrast of points drawn again leaves out a point's pairs with itself") {
  const Index n = 40, m = 25;
  const Points points = normal_points(2, n + m, 1);
  const PairWeights weights = random_weights(n + m, 3, 3);
  for (const PairContrast& contrast : {energy_contrast(), mmd_contrast(MmdKernel::laplace, 0.5)}) {
    const Vector found = resampled_contrasts(points, n, weights, 0, contrast).redrawn;
    const Points values = all_values(points, contrast.f);
    for (Index p = 0; p < 3; ++p) {
      double inside_x = 0, inside_y = 0, between = 0;
      for (Index i = 0; i < n + m; ++i)
        for (Index j = 0; j < n + m; ++j) {
          const double term = static_cast<double>(weights(i, p)) * weights(j, p) * values(i, j);
          if (i < n && j >= n) between += term / static_cast<double>(n * m);
          if (i < n && j < n && i != j) inside_x += term / ((1 - 1.0 / n) * n * (n - 1));
          if (i >= n && j >= n && i != j) inside_y += term / ((1 - 1.0 / m) * m * (m - 1));
        }
      CHECK(found[p] == doctest::Approx(contrast.sign * (2 * between - inside_x - inside_y)).epsilon(1e-11));
    }
  }
}

TEST_CASE("resampling: value, test and interval of one pass are those of each alone") {
  const Points x = normal_points(2, 150, 1), y = normal_points(2, 150, 2);
  for (const Metric& metric : {Metric(Energy{}), Metric(Mmd{})}) {
    const auto both = resampled_contrast(metric, x, y, 30, 40, 7);
    const PermutationTest alone = permutation_test(metric, x, y, 30, 7);
    CHECK(both.test.value == doctest::Approx(alone.value).epsilon(1e-11));
    CHECK(both.test.p_value == alone.p_value);
    CHECK(resampled_contrast(metric, x, y, 19, 40, 7).interval->low ==
          doctest::Approx(both.interval->low).epsilon(1e-11));
    CHECK_FALSE(resampled_contrast(metric, x, y, 30, 0, 7).interval);
  }
  for_each_member<Metric>([&](const auto& metric) {
    CAPTURE(metric.name);
    CHECK(contrast_of(metric, x, 7).has_value() == metric.traits().unbiased);
  });
}
