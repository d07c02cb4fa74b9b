// Moments of the toy clouds in closed form. Statistical: five standard errors, a false alarm in 2 million.
#include <doctest/doctest.h>

#include <cmath>

#include "data/toy.h"

using namespace fm;

namespace {

constexpr Index rows = 100000;

Points draw(const Toy& cloud) {
  return draw_toy(cloud, {11, Purpose::toy}, 0, rows);
}

/// Whether the mean of `values` lies within five standard errors of `expected`.
bool mean_is(const Eigen::ArrayXd& values, double expected) {
  const double mean = values.mean();
  const double error = std::sqrt((values - mean).square().mean() / static_cast<double>(values.size()));
  return std::abs(mean - expected) < 5 * error;
}

Eigen::ArrayXd row(const Points& points, Index d) {
  return points.row(d).transpose();
}

}  // namespace

TEST_CASE("toy moments: rings have mean 0 and the mean of their squared radii, halved, in each column") {
  const Points points = draw(Rings{.count = 2, .radius = 2, .noise = 0.5});
  for (Index d = 0; d < 2; ++d) {
    CHECK(mean_is(row(points, d), 0));
    CHECK(mean_is(row(points, d).square(), (1.0 + 4.0) / 2 / 2 + 0.25));
  }
}

TEST_CASE("toy moments: the S-curve turns into itself by half a turn") {
  const Points points = draw(SCurve{.noise = 0.1, .scale = 1});
  CHECK(mean_is(row(points, 0), 0));
  CHECK(mean_is(row(points, 1), 0));
  // Over 3/4 of a turn: E cos a = -2 / (3 pi), E sin^2 a = E cos^2 a = 1/2.
  CHECK(mean_is(row(points, 0).square(), 0.5 + 0.01));
  CHECK(mean_is(row(points, 1).square(), 0.5 + 4 / (3 * M_PI) + 1 + 0.01));
}

TEST_CASE("toy moments: the squared radius of roll and spirals is that of their angle") {
  const Points roll = draw(SwissRoll{.noise = 0, .scale = 1});
  const double a = 1.5 * M_PI, b = 4.5 * M_PI;
  CHECK(mean_is(roll.colwise().squaredNorm().transpose(), (a * a + a * b + b * b) / 3));
  CHECK(roll.colwise().norm().minCoeff() >= a - 1e-12);
  const Points spirals = draw(TwoSpirals{.noise = 0, .scale = 2});
  // (2 a / 3)^2 with a^2 uniform in [0, 9 pi^2].
  CHECK(mean_is(spirals.colwise().squaredNorm().transpose(), 4.0 / 9 * 9 * M_PI * M_PI / 2));
  CHECK(mean_is(row(spirals, 0), 0));
}

TEST_CASE("toy moments: a checkerboard of an even number of cells has those of the whole board") {
  const Points points = draw(Checkerboard{.cells = 4, .dimension = 3, .half_width = 3});
  for (Index d = 0; d < 3; ++d) {
    CHECK(mean_is(row(points, d), 0));
    CHECK(mean_is(row(points, d).square(), 3));  // width^2 / 12
  }
}

TEST_CASE("toy moments: a pinwheel keeps the radii of its arms, and has mean 0") {
  const Points points = draw(Pinwheel{.scale = 3});
  CHECK(mean_is(row(points, 0), 0));
  CHECK(mean_is(row(points, 1), 0));
  CHECK(mean_is(points.colwise().squaredNorm().transpose(), 9 * (1 + 0.09 + 0.01)));
}

TEST_CASE("toy moments: a funnel's columns have variance exp(std^2 / 2) and v theirs") {
  const Points points = draw(Funnel{.dimension = 4, .std = 0.5});
  CHECK(toy_columns(Funnel{.dimension = 4}) == std::vector<std::string>{"v", "y1", "y2", "y3"});
  CHECK(mean_is(row(points, 0).square(), 0.25));
  for (Index d = 1; d < 4; ++d) CHECK(mean_is(row(points, d).square(), std::exp(0.125)));
  CHECK(mean_is(row(points, 0) * row(points, 1).square(), 0.25 * std::exp(0.125)));
}
