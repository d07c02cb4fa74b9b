#include "ot/semidiscrete.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "core/random.h"
#include "ot/one_dimensional.h"
#include "support/points.h"

using namespace fm;

namespace {

void normal_draws(std::uint64_t first, PointsOut x) {
  fill_normal({11, Purpose::test}, first, x);
}

double normal_distribution(double x) {
  return 0.5 * std::erfc(-x / std::sqrt(2.0));
}

}  // namespace

TEST_CASE("semidiscrete: in one dimension the map is the monotone one, its cells between quantiles") {
  constexpr Index count = 16;
  const Points y = 3 * normal_points(1, count, 1);
  std::vector<Index> order(count);
  for (Index j = 0; j < count; ++j) order[static_cast<std::size_t>(j)] = j;
  std::sort(order.begin(), order.end(), [&](Index a, Index b) { return y(0, a) < y(0, b); });
  const SemidiscretePlan plan(y, normal_draws, {.passes = 2000});
  for (std::size_t k = 0; k + 1 < count; ++k) {
    const Index left = order[k], right = order[k + 1];
    // Where |x - y_l|^2 - price_l = |x - y_r|^2 - price_r.
    const double border = (y(0, left) + y(0, right)) / 2 +
                          (plan.price(left) - plan.price(right)) / (2 * (y(0, right) - y(0, left)));
    CHECK(normal_distribution(border) == doctest::Approx(static_cast<double>(k + 1) / count).epsilon(0.01));
  }
  Points x(1, 101);
  for (Index n = 0; n < 101; ++n) x(0, n) = 0.06 * static_cast<double>(n - 50);
  const std::vector<Index> to = plan.map(x);
  for (std::size_t n = 1; n < to.size(); ++n) CHECK(y(0, to[n - 1]) <= y(0, to[n]));
}

TEST_CASE("semidiscrete: every point gets its share, as fresh draws show") {
  for (const Index dim : {1, 2, 5}) {
    CAPTURE(dim);
    constexpr Index count = 300, draws = 60000;
    const Points y = 2 * normal_points(dim, count, 1);
    const SemidiscretePlan plan(y, normal_draws, {});
    Points x(dim, draws);
    fill_normal({12, Purpose::test}, 0, x);
    Vector counts = Vector::Zero(count);
    for (const Index j : plan.map(x)) ++counts(j);
    const double expected = static_cast<double>(draws) / count;
    const double chi_square = (counts.array() - expected).square().sum() / expected;
    const double error = std::sqrt(std::max(0.0, (chi_square - (count - 1)) / (draws - 1)));
    // With 25 passes behind the mean no estimate could be better than 1 / sqrt(25); on a line, where what is
    // wrong at one end has to pass through all cells to the other, it is far from that.
    CHECK(error < (dim == 1 ? 0.4 : 0.2));
    // Both estimates have a standard error of about sqrt(2 M) / S = 0.0082 (theirs, S >= 20 batches) and
    // 0.0004 in their squares.
    CHECK(std::abs(error * error - plan.share_error() * plan.share_error()) < 4 * 0.0085);
  }
}

TEST_CASE("semidiscrete: the mean cost is the distance between the laws") {
  // In one dimension: W2^2 between draws and the points they go to, by sorting.
  const Points y = 3 * normal_points(1, 50, 1);
  const SemidiscretePlan plan(y, normal_draws, {});
  Points x(1, 20000);
  fill_normal({12, Purpose::test}, 0, x);
  const std::vector<Index> to = plan.map(x);
  const Points mapped = y(Eigen::all, to);
  const double cost = (x - mapped).squaredNorm() / 20000;
  const double distance = wasserstein_1d(x.row(0).transpose(), mapped.row(0).transpose(), 2);
  CHECK(cost == doctest::Approx(distance * distance).epsilon(1e-12));
}

TEST_CASE("semidiscrete: the same prices and map for any number of threads") {
  const Points y = normal_points(2, 100, 1), x = normal_points(2, 500, 2);
  const SemidiscretePlan one(y, normal_draws, {.passes = 20});
  const ThreadsFor scope(3);
  const SemidiscretePlan three(y, normal_draws, {.passes = 20});
  for (Index j = 0; j < 100; ++j) REQUIRE(one.price(j) == three.price(j));
  CHECK(one.map(x) == three.map(x));
}

TEST_CASE("semidiscrete: one point takes all, equal points share what is theirs") {
  Points y(1, 4);
  y << -1.0, 2.0, 2.0, 2.0;
  const SemidiscretePlan plan(y, normal_draws, {.passes = 500});
  Points x(1, 10000);
  fill_normal({12, Purpose::test}, 0, x);
  Vector counts = Vector::Zero(4);
  for (const Index j : plan.map(x)) ++counts(j);
  // Four standard errors of a share of a quarter, and what the ascent leaves.
  for (Index j = 0; j < 4; ++j)
    CHECK(std::abs(counts(j) / 10000 - 0.25) < 4 * std::sqrt(0.1875 / 10000) + 0.01);
  const SemidiscretePlan one(normal_points(2, 1, 1), normal_draws, {});
  CHECK(one.map(normal_points(2, 5, 2)) == std::vector<Index>(5, 0));
  CHECK(one.share_error() == 0);
}
