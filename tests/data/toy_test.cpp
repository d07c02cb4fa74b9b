#include "data/toy.h"

#include <doctest/doctest.h>

#include <cmath>

#include "core/value.h"

using namespace fm;

namespace {

constexpr Index rows = 200000;

template <class Cloud>
Points draw(const Cloud& cloud) {
  return draw_toy(cloud, {1, Purpose::toy}, 0, rows);
}

/// Whether the mean of `values` lies within five standard errors of `expected`.
bool mean_is(const Eigen::ArrayXd& values, double expected) {
  const double mean = values.mean();
  const double error = std::sqrt((values - mean).square().mean() / static_cast<double>(values.size()));
  return std::abs(mean - expected) < 5 * error;
}

}  // namespace

TEST_CASE("toy: a row does not depend on the block it is drawn in, for every cloud") {
  for_each_member<Toy>([](const auto& member) {
    const Points whole = draw_toy(member, {3, Purpose::toy}, 0, 100);
    CHECK(draw_toy(member, {3, Purpose::toy}, 40, 10) == whole.middleCols(40, 10));
    CHECK(static_cast<std::size_t>(whole.rows()) == toy_columns(member).size());
  });
}

TEST_CASE("toy: moons have the moments of their two half circles") {
  const Moons moons{.noise = 0.1, .scale = 1, .shift = 0};
  const Points points = draw(moons);
  const Eigen::ArrayXd x = points.row(0).transpose(), y = points.row(1).transpose();
  // E cos a = 0, E sin a = 2/pi, E cos^2 = E sin^2 = 1/2 over half a turn.
  const double sine = 2 / M_PI;
  CHECK(mean_is(x, 0.5));
  CHECK(mean_is(y, (sine + 0.5 - sine) / 2));
  CHECK(mean_is(x.square(), 0.5 + 0.5 + 0.01));
  CHECK(mean_is(y.square(), 0.5 + (0.25 - sine) / 2 + 0.01));
}

TEST_CASE("toy: without noise every point lies on one of the circles, half of them on each") {
  const Points points = draw(Moons{.noise = 0, .scale = 1, .shift = 0});
  Index upper = 0;
  for (Index n = 0; n < rows; ++n) {
    const double to_upper = std::abs(points.col(n).norm() - 1);
    const double to_lower = std::abs((points.col(n) - Eigen::Vector2d(1, 0.5)).norm() - 1);
    REQUIRE(std::min(to_upper, to_lower) < 1e-12);
    upper += to_upper < to_lower;
  }
  // A fair coin: standard deviation sqrt(rows) / 2; a few points lie on both circles' crossings.
  CHECK(std::abs(static_cast<double>(upper) - rows / 2.0) < 5 * std::sqrt(rows) / 2);
}

TEST_CASE("toy: the defaults of moons are those of the transport benchmarks: twice, minus one") {
  const Points unit = draw(Moons{.noise = 0.05, .scale = 1, .shift = 0});
  const Points scaled = draw(Moons{});
  CHECK((scaled.array() - (2 * unit.array() - 1)).abs().maxCoeff() < 1e-14);
}

TEST_CASE("toy: eight gaussians have mean 0, variance radius^2 / 2 + std^2, and eight equally likely modes") {
  const Points points = draw(EightGaussians{.radius = 5, .std = 0.5});
  const Eigen::ArrayXd x = points.row(0).transpose(), y = points.row(1).transpose();
  CHECK(mean_is(x, 0));
  CHECK(mean_is(y, 0));
  CHECK(mean_is(x.square(), 12.75));
  CHECK(mean_is(y.square(), 12.75));
  CHECK(mean_is(x * y, 0));
  Eigen::ArrayXd counts = Eigen::ArrayXd::Zero(8);
  for (Index n = 0; n < rows; ++n) {
    const double turn = std::atan2(y(n), x(n)) / (2 * M_PI) * 8;
    counts((static_cast<Index>(std::lround(turn)) + 8) % 8) += 1;
  }
  // Modes are 3.8 / 0.5 deviations apart, so a point is hardly ever counted for its neighbour. 7 degrees of
  // freedom: P(chi-square > 36) < 1e-5.
  CHECK(((counts - rows / 8.0).square() / (rows / 8.0)).sum() < 36);
}
