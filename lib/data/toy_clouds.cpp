#include "data/toy_clouds.h"

#include <Eigen/Geometry>
#include <cmath>
#include <limits>
#include <numbers>

#include "core/error.h"
#include "core/numeric.h"
#include "io/table_options.h"

namespace fm {

namespace {

using Point2 = Eigen::Vector2d;
constexpr double pi = std::numbers::pi;

/// log N(x; 0, std^2).
double log_normal(double x, double std) {
  return -x * x / (2 * std * std) - std::log(std) - std::log(2 * pi) / 2;
}

std::vector<std::string> numbered(const std::string& word, std::int64_t count) {
  std::vector<std::string> names;
  for (std::int64_t k = 0; k < count; ++k) names.push_back(word + std::to_string(k));
  return names;
}

Point2 mode_of(const EightGaussians& ring, double k) {
  const double angle = pi / 4 * k;
  return ring.radius * Point2(std::cos(angle), std::sin(angle));
}

}  // namespace

std::vector<std::string> columns_of(const EightGaussians&) {
  return {"x", "y"};
}
std::vector<std::string> parts_of(const EightGaussians&) {
  return numbered("mode", 8);
}

Index draw(const EightGaussians& ring, Draws& draws, VectorOut point) {
  const auto part = static_cast<Index>(draws.below(8));
  const double z0 = draws.normal(), z1 = draws.normal();
  point = mode_of(ring, static_cast<double>(part)) + ring.std * Point2(z0, z1);
  return part;
}

double log_density(const EightGaussians& ring, VectorIn x) {
  if (ring.std == 0)
    throw usage_error("no-density", "modes of no width have no density", "give them some: std=1");
  Vector terms(8);
  for (Index k = 0; k < 8; ++k) {
    const Point2 offset = x - mode_of(ring, static_cast<double>(k));
    terms(k) = log_normal(offset(0), ring.std) + log_normal(offset(1), ring.std) - std::log(8);
  }
  return log_sum_exp(terms);
}

std::vector<std::string> columns_of(const Checkerboard& board) {
  if (board.dimension > 3) {
    std::vector<std::string> names;
    for (std::int64_t d = 0; d < board.dimension; ++d) names.push_back("x" + std::to_string(d + 1));
    return names;
  }
  const std::vector<std::string> letters = {"x", "y", "z"};
  return {letters.begin(), letters.begin() + board.dimension};
}

namespace {

std::int64_t all_cells(const Checkerboard& board) {
  std::int64_t count = 1;  // at most 32^10 = 2^50
  for (std::int64_t d = 0; d < board.dimension; ++d) count *= board.cells;
  return count;
}

std::int64_t even_cells(const Checkerboard& board) {
  return (all_cells(board) + 1) / 2;
}

}  // namespace

// Of two cells next to each other in the order of all cells (first column fastest) one is even: for an even
// `cells` the two differ in the first index only, for an odd one index sum and place are even together.
std::vector<std::string> parts_of(const Checkerboard& board) {
  std::vector<std::string> names;
  if (even_cells(board) > static_cast<std::int64_t>(max_classes)) return names;
  for (std::int64_t place = 0; place < all_cells(board); ++place) {
    std::string name;
    std::int64_t sum = 0, rest = place;
    for (std::int64_t d = 0; d < board.dimension; ++d, rest /= board.cells) {
      name += (d == 0 ? "cell" : "-") + std::to_string(rest % board.cells);
      sum += rest % board.cells;
    }
    if (sum % 2 == 0) names.push_back(name);
  }
  return names;
}

Index draw(const Checkerboard& board, Draws& draws, VectorOut point) {
  const double side = 2 * board.half_width / static_cast<double>(board.cells);
  for (;;) {  // half of the cells are even: two tries on average
    std::int64_t place = static_cast<std::int64_t>(draws.below(static_cast<std::uint64_t>(all_cells(board))));
    const Index part = place / 2;
    std::int64_t sum = 0;
    for (Index d = 0; d < point.size(); ++d, place /= board.cells) {
      sum += place % board.cells;
      point(d) = static_cast<double>(place % board.cells);
    }
    if (sum % 2 != 0) continue;
    for (double& x : point) x = (x + draws.uniform()) * side - board.half_width;
    return part;
  }
}

double log_density(const Checkerboard& board, VectorIn x) {
  const double side = 2 * board.half_width / static_cast<double>(board.cells);
  std::int64_t sum = 0;
  for (const double value : x) {
    // A draw of the last cell may round up to the border, which belongs to the board.
    if (!(std::abs(value) <= board.half_width)) return -std::numeric_limits<double>::infinity();
    const auto index = static_cast<std::int64_t>((value + board.half_width) / side);
    sum += std::min(index, board.cells - 1);
  }
  if (sum % 2 != 0) return -std::numeric_limits<double>::infinity();
  return -std::log(static_cast<double>(even_cells(board))) -
         static_cast<double>(board.dimension) * std::log(side);
}

std::vector<std::string> columns_of(const Pinwheel&) {
  return {"x", "y"};
}
std::vector<std::string> parts_of(const Pinwheel& wheel) {
  return numbered("arm", wheel.arms);
}

namespace {

Eigen::Rotation2Dd turn(const Pinwheel& wheel, Index arm, double radius) {
  return Eigen::Rotation2Dd(2 * pi * static_cast<double>(arm) / static_cast<double>(wheel.arms) +
                            wheel.rate * std::exp(radius));
}

}  // namespace

Index draw(const Pinwheel& wheel, Draws& draws, VectorOut point) {
  const auto arm = static_cast<Index>(draws.below(static_cast<std::uint64_t>(wheel.arms)));
  const double z0 = draws.normal(), z1 = draws.normal();
  const Point2 straight(1 + wheel.radial_std * z0, wheel.tangential_std * z1);
  point = wheel.scale * (turn(wheel, arm, straight.norm()) * straight);
  return arm;
}

double log_density(const Pinwheel& wheel, VectorIn x) {
  const Point2 twisted = x / wheel.scale;
  Vector terms(wheel.arms);
  for (Index arm = 0; arm < terms.size(); ++arm) {
    const Point2 straight = turn(wheel, arm, twisted.norm()).inverse() * twisted;
    terms(arm) =
        log_normal(straight(0) - 1, wheel.radial_std) + log_normal(straight(1), wheel.tangential_std);
  }
  return log_sum_exp(terms) - std::log(static_cast<double>(wheel.arms)) - 2 * std::log(wheel.scale);
}

std::vector<std::string> columns_of(const Funnel& funnel) {
  std::vector<std::string> names = {"v"};
  for (std::int64_t d = 1; d < funnel.dimension; ++d) names.push_back("y" + std::to_string(d));
  return names;
}
std::vector<std::string> parts_of(const Funnel&) {
  return {"funnel"};
}

Index draw(const Funnel& funnel, Draws& draws, VectorOut point) {
  point(0) = funnel.std * draws.normal();
  for (Index d = 1; d < point.size(); ++d) point(d) = std::exp(point(0) / 2) * draws.normal();
  return 0;
}

double log_density(const Funnel& funnel, VectorIn x) {
  double sum = log_normal(x(0), funnel.std);
  for (Index d = 1; d < x.size(); ++d) sum += log_normal(x(d) * std::exp(-x(0) / 2), 1) - x(0) / 2;
  return sum;
}

}  // namespace fm
