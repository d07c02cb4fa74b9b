#include "data/toy.h"

#include <cmath>
#include <numbers>

namespace fm {

namespace {

using Point2 = Eigen::Vector2d;

Point2 draw(const Moons& moons, Draws& draws) {
  const bool lower = draws.uniform() < 0.5;
  const double angle = std::numbers::pi * draws.uniform();
  Point2 point(std::cos(angle), std::sin(angle));
  if (lower) point = Point2(1, 0.5) - point;
  const double z0 = draws.normal(), z1 = draws.normal();
  point += moons.noise * Point2(z0, z1);
  return (moons.scale * point).array() + moons.shift;
}

Point2 draw(const EightGaussians& ring, Draws& draws) {
  const double angle = std::numbers::pi / 4 * static_cast<double>(draws.below(8));
  const double z0 = draws.normal(), z1 = draws.normal();
  return ring.radius * Point2(std::cos(angle), std::sin(angle)) + ring.std * Point2(z0, z1);
}

}  // namespace

std::vector<std::string> toy_columns(const Toy&) {
  return {"x", "y"};
}

Points draw_toy(const Toy& toy, const Random& random, std::uint64_t first_row, Index count) {
  Points points(2, count);
  for (Index n = 0; n < count; ++n) {
    Draws draws = random.row(first_row + static_cast<std::uint64_t>(n));
    points.col(n) = std::visit([&](const auto& member) { return draw(member, draws); }, toy);
  }
  return points;
}

}  // namespace fm
