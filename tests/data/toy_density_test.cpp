// Densities of toy clouds against their own draws, quadrature over the plane, and independent formulas.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/value.h"
#include "data/toy.h"
#include "support/points.h"

using namespace fm;

namespace {

/// The cloud as one of two columns, and one whose scales a grid can resolve.
template <class Cloud>
Toy planar(Cloud cloud) {
  if constexpr (requires { cloud.dimension; }) cloud.dimension = 2;
  if constexpr (std::is_same_v<Cloud, Funnel>) cloud.std = 0.5;
  return cloud;
}

constexpr Index cells = 16;     // along a side
constexpr Index fineness = 12;  // nodes along a side of a cell

/// A box of cells around the draws.
struct Grid {
  Eigen::Vector2d low, width;  // of the box

  explicit Grid(const Points& draws) {
    const Eigen::Vector2d smallest = draws.rowwise().minCoeff(), largest = draws.rowwise().maxCoeff();
    low = smallest - 0.15 * (largest - smallest);
    width = 1.3 * (largest - smallest);
  }
  Index cell(const Eigen::Vector2d& x) const {
    const Eigen::Vector2d place = static_cast<double>(cells) * (x - low).cwiseQuotient(width);
    return static_cast<Index>(place(1)) * cells + static_cast<Index>(place(0));
  }
  /// Midpoints of a grid `fineness` times finer, and the area that each stands for.
  Points nodes() const {
    const Index side = cells * fineness;
    Points nodes(2, side * side);
    for (Index n = 0; n < nodes.cols(); ++n) {
      const Eigen::Vector2d share(static_cast<double>(n % side) + 0.5, static_cast<double>(n / side) + 0.5);
      nodes.col(n) = low + width.cwiseProduct(share) / static_cast<double>(side);
    }
    return nodes;
  }
  double area() const { return width.prod() / static_cast<double>(cells * fineness * cells * fineness); }
};

/// The value that a chi-square of `freedom` exceeds with probability 1e-5 (Wilson and Hilferty 1931).
double chi_square_limit(double freedom) {
  constexpr double normal_limit = 4.265;
  return freedom * std::pow(1 - 2 / (9 * freedom) + normal_limit * std::sqrt(2 / (9 * freedom)), 3);
}

/// Shares of the cells by the density, and their sum.
Vector shares_of(const Toy& toy, const Grid& grid) {
  const Points nodes = grid.nodes();
  const Vector p = toy_log_density(toy, nodes).array().exp() * grid.area();
  Vector shares = Vector::Zero(cells * cells);
  for (Index n = 0; n < nodes.cols(); ++n) shares(grid.cell(nodes.col(n))) += p(n);
  return shares;
}

/// Simpson's rule with a fixed fine step, straight from the definition of the law.
double slow_density(const CurveLaw& law, const Eigen::Vector2d& x) {
  const Eigen::Vector2d y = (x.array() - law.shift) / law.scale;
  const double variance = law.noise * law.noise;
  constexpr int steps = 40000;
  double sum = 0;
  for (const Arc& arc : law.arcs) {
    const double length = arc.to - arc.from;
    for (int i = 0; i <= steps; ++i) {
      const double share = static_cast<double>(i) / steps;
      const double weight = (i == 0 || i == steps ? 1 : i % 2 == 1 ? 4 : 2) / 3.0 / steps;
      const double square = (y - arc.at(arc.from + length * share)).squaredNorm();
      sum += weight * (arc.rising ? 2 * share : 1) * std::exp(-square / (2 * variance));
    }
  }
  return std::log(sum / static_cast<double>(law.arcs.size()) / (2 * M_PI * variance) /
                  (law.scale * law.scale));
}

}  // namespace

TEST_CASE("toy density: it integrates to 1 and the draws follow it, for every cloud") {
  constexpr Index rows = 20000;
  for_each_member<Toy>([](const auto& member) {
    CAPTURE(member.name);
    const Toy toy = planar(member);
    const Points draws = draw_toy(toy, {5, Purpose::toy}, 0, rows);
    const Grid grid(draws);
    const Vector shares = shares_of(toy, grid);
    // Midpoints are exact to many digits for smooth densities; the border of the checkerboard's cells cuts
    // through the grid, and misplaces up to half a step of each.
    const bool smooth = !std::holds_alternative<Checkerboard>(toy);
    CHECK(shares.sum() == doctest::Approx(1).epsilon(smooth ? 1e-4 : 0.02));
    if (!smooth) return;
    Vector counts = Vector::Zero(shares.size());
    for (Index n = 0; n < rows; ++n) counts(grid.cell(draws.col(n))) += 1;
    double chi_square = 0, rest = 1, rest_count = rows;
    Index used = 0;
    for (Index k = 0; k < shares.size(); ++k) {
      const double expected = rows * shares(k);
      if (expected < 10) continue;  // they, and all that is outside, are one cell
      chi_square += (counts(k) - expected) * (counts(k) - expected) / expected;
      rest -= shares(k);
      rest_count -= counts(k);
      ++used;
    }
    chi_square += (rest_count - rows * rest) * (rest_count - rows * rest) / (rows * rest);
    CHECK(used > 20);
    CHECK(chi_square < chi_square_limit(static_cast<double>(used)));
  });
}

TEST_CASE("toy density: every draw has one, and its parts are equally likely, for every cloud") {
  constexpr Index rows = 20000;
  for_each_member<Toy>([](const auto& member) {
    CAPTURE(member.name);
    const LabelledPoints drawn = draw_labelled_toy(member, {6, Purpose::toy}, 0, rows);
    CHECK(toy_log_density(member, drawn.points.leftCols(2000)).allFinite());
    const auto parts = static_cast<double>(toy_parts(member).size());
    REQUIRE(parts >= 1);
    CHECK(drawn.parts.minCoeff() >= 0);
    CHECK(drawn.parts.maxCoeff() < parts);
    if (parts == 1) return;
    Vector counts = Vector::Zero(static_cast<Index>(parts));
    for (const double part : drawn.parts) counts(static_cast<Index>(part)) += 1;
    const double expected = rows / parts;
    CHECK((counts.array() - expected).square().sum() / expected < chi_square_limit(parts - 1));
  });
}

TEST_CASE("toy density: on curves it is the integral along them, near and far, for every cloud of curves") {
  for_each_member<Toy>([]<class Cloud>(const Cloud& member) {
    if constexpr (CurveToy<Cloud>) {
      CAPTURE(member.name);
      const CurveLaw law = curve_law(member);
      const Points draws = draw_toy(member, {7, Purpose::toy}, 0, 2);
      Points x(2, 4);
      x << draws.row(0), 0.3, 4, draws.row(1), -0.2, 5;
      const Vector log_p = log_density(law, x);
      for (Index n = 0; n < x.cols(); ++n) {
        const double slow = slow_density(law, x.col(n));
        if (std::isfinite(slow)) CHECK(std::abs(log_p(n) - slow) < 1e-10);
      }
    }
  });
}

TEST_CASE("toy density: that of rings is a sum of Bessel functions") {
  const Rings rings{.count = 3, .radius = 2, .noise = 0.3};
  const double variance = rings.noise * rings.noise;
  Points x(2, 5);
  x << 0, 0.1, 1, -2, 3, 0, 0.2, 1, 0.5, -1;
  const Vector log_p = toy_log_density(rings, x);
  for (Index n = 0; n < x.cols(); ++n) {
    double p = 0;
    for (int k = 1; k <= 3; ++k) {
      const double radius = 2.0 * k / 3, r = x.col(n).norm();
      p += std::exp(-(r * r + radius * radius) / (2 * variance)) *
           std::cyl_bessel_i(0, r * radius / variance) / (2 * M_PI * variance) / 3;
    }
    CHECK(std::abs(log_p(n) - std::log(p)) < 1e-12);
  }
}

TEST_CASE("toy density: a checkerboard is flat on its cells, whose corners are known") {
  for (const std::int64_t side : {1, 3, 4}) {
    for (const std::int64_t dimension : {1, 2, 3}) {
      const Checkerboard board{.cells = side, .dimension = dimension, .half_width = 1.5};
      const std::vector<std::string> parts = parts_of(board);
      const double width = 3.0 / static_cast<double>(side);
      const LabelledPoints drawn = draw_labelled_toy(board, {8, Purpose::toy}, 0, 500);
      const double flat = -std::log(static_cast<double>(parts.size()) * std::pow(width, dimension));
      CHECK((toy_log_density(board, drawn.points).array() - flat).abs().maxCoeff() < 1e-12);
      for (Index n = 0; n < 500; ++n) {
        std::string name = "cell";
        for (Index d = 0; d < dimension; ++d)
          name += (d > 0 ? "-" : "") + std::to_string(static_cast<int>((drawn.points(d, n) + 1.5) / width));
        REQUIRE(parts[static_cast<std::size_t>(drawn.parts(n))] == name);
      }
    }
  }
  CHECK(toy_log_density(Checkerboard{}, Points(Eigen::Vector2d(-1.5, -2.5)))(0) ==
        -std::numeric_limits<double>::infinity());
  CHECK(toy_log_density(Checkerboard{}, Points(Eigen::Vector2d(-4.1, 0)))(0) ==
        -std::numeric_limits<double>::infinity());
}

TEST_CASE("toy density: a cloud on curves alone or of points alone has none") {
  const Points x = Points::Zero(2, 1);
  for (const Toy& toy : {Toy(Moons{.noise = 0}), Toy(SCurve{.noise = 1e-8}), Toy(EightGaussians{.std = 0})})
    CHECK(error_of([&] { toy_log_density(toy, x); }).id() == "no-density");
  const Points far = Points::Constant(2, 1, 1e9);
  CHECK(error_of([&] { toy_log_density(Moons{.noise = 0.001}, far); }).id() == "far-from-curves");
}
