#include "data/curve_law.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>

#include "core/error.h"
#include "core/quadrature.h"

namespace fm {

Index draw(const CurveLaw& law, Draws& draws, VectorOut point) {
  const auto count = static_cast<double>(law.arcs.size());
  const auto part = static_cast<std::size_t>(count * draws.uniform());
  const Arc& arc = law.arcs[part];
  const double share = draws.uniform();
  Eigen::Vector2d place = arc.at(arc.from + (arc.to - arc.from) * (arc.rising ? std::sqrt(share) : share));
  const double z0 = draws.normal(), z1 = draws.normal();
  place += law.noise * Eigen::Vector2d(z0, z1);
  point = (law.scale * place).array() + law.shift;
  return static_cast<Index>(part);
}

namespace {

constexpr Index rule_size = 16;
constexpr double max_pieces = 1e5;
constexpr double max_refined_pieces = 1e6;  // for points far out: 400 MB of nodes
constexpr double max_noise = 0x1p500;       // squares of distances some hundred times as far are doubles
constexpr double widest_piece =
    std::numbers::pi / 8;  // of an angle: the arc itself is nearly a parabola there
// Pieces whose nodes are all farther from x than the nearest middle, by this much of squares over 2 noise^2,
// are left out: together less than e^-40 = 4e-18 of the nearest piece for each of them.
constexpr double negligible = 40;
// Along a piece the exponent changes by at most (distance / noise): 16 nodes integrate exp(12 u) over [0, 1]
// to 12^32 (16!)^4 / (33 (32!)^3) = 1e-20 of its largest value.
constexpr double steepest_piece = 12;

/// All arcs in pieces of rule_size nodes, and what each node stands for, as a probability.
struct Nodes {
  Points places;   // (2, M)
  Vector weights;  // (M)
  Points middles;  // (2, pieces); a piece's nodes are within half of the noise of its middle
};

double pieces_of(const Arc& arc, double noise, double refinement) {
  const double width = std::min(noise / arc.speed / refinement, widest_piece);
  return std::ceil((arc.to - arc.from) / width);
}

Nodes make_nodes(const CurveLaw& law, double refinement) {
  static const GaussRule rule = gauss_legendre(rule_size);
  Index size = 0;
  for (const Arc& arc : law.arcs)
    size += rule_size * static_cast<Index>(pieces_of(arc, law.noise, refinement));
  Nodes nodes{Points(2, size), Vector(size), Points(2, size / rule_size)};
  Index m = 0;
  for (const Arc& arc : law.arcs) {
    const double pieces = pieces_of(arc, law.noise, refinement);
    const double length = arc.to - arc.from;
    for (double piece = 0; piece < pieces; ++piece) {
      nodes.middles.col(m / rule_size) = arc.at(arc.from + length * (piece + 0.5) / pieces);
      for (Index i = 0; i < rule_size; ++i, ++m) {
        const double share = (piece + (1 + rule.nodes(i)) / 2) / pieces;
        nodes.places.col(m) = arc.at(arc.from + length * share);
        nodes.weights(m) = rule.weights(i) / 2 / pieces * (arc.rising ? 2 * share : 1.0);
      }
    }
  }
  nodes.weights /= static_cast<double>(law.arcs.size());
  return nodes;
}

void check_density(const CurveLaw& law) {
  if (law.noise <= 0)
    throw usage_error("no-density", "without noise the cloud lies on curves and has no density",
                      "give it some: noise=0.05");
  if (law.noise > max_noise)
    throw usage_error("no-density", "the noise is too large to find the density by quadrature",
                      "make it smaller: noise=0.05");
  for (const Arc& arc : law.arcs)
    if (pieces_of(arc, law.noise, 1) > max_pieces)
      throw usage_error("no-density", "the noise is too small to find the density by quadrature",
                        "make it larger: noise=0.05");
}

void check_refinement(const CurveLaw& law, double refinement) {
  for (const Arc& arc : law.arcs)
    if (!(pieces_of(arc, law.noise, refinement) <= max_refined_pieces))
      throw numeric_error("far-from-curves",
                          "a point is too far from the curves to find its density by quadrature",
                          "more noise reaches farther: noise=0.05");
}

double nearest_middle(const Nodes& nodes, const Eigen::Vector2d& y) {
  return (nodes.middles.colwise() - y).colwise().squaredNorm().minCoeff();
}

/// log of sum_m w_m exp(-|y - c_m|^2 / (2 noise^2)); `nearest` is the square of nearest_middle().
double log_sum(const Nodes& nodes, const Eigen::Vector2d& y, double nearest, double noise) {
  const double reach = std::sqrt(nearest + 2 * negligible * noise * noise) + noise / 2;
  double sum = 0;
  for (Index piece = 0; piece < nodes.middles.cols(); ++piece) {
    if ((y - nodes.middles.col(piece)).squaredNorm() > reach * reach) continue;
    for (Index m = piece * rule_size; m < (piece + 1) * rule_size; ++m) {
      const double excess = ((y - nodes.places.col(m)).squaredNorm() - nearest) / (2 * noise * noise);
      sum += nodes.weights(m) * std::exp(-excess);
    }
  }
  return std::log(sum) - nearest / (2 * noise * noise);
}

}  // namespace

Vector log_density(const CurveLaw& law, PointsIn x) {
  check_density(law);
  const double noise = law.noise;
  std::map<double, Nodes> nodes_of;  // by refinement
  const auto refined = [&](double refinement) -> const Nodes& {
    const auto found = nodes_of.find(refinement);
    if (found == nodes_of.end()) check_refinement(law, refinement);
    return found != nodes_of.end() ? found->second
                                   : nodes_of.emplace(refinement, make_nodes(law, refinement)).first->second;
  };
  // Of the normal law, and of the change of units.
  const double constant = -std::log(2 * std::numbers::pi * noise * noise) - 2 * std::log(law.scale);
  Vector log_p(x.cols());
  for (Index n = 0; n < x.cols(); ++n) {
    const Eigen::Vector2d y = (x.col(n).array() - law.shift) / law.scale;
    double nearest = nearest_middle(refined(1), y);
    const double distance = std::sqrt(nearest + 2 * negligible * noise * noise);
    // By powers of two, so that few sets of nodes serve all points.
    const double refinement =
        std::exp2(std::ceil(std::log2(std::max(1.0, distance / noise / steepest_piece))));
    if (refinement > 1) nearest = nearest_middle(refined(refinement), y);
    log_p(n) = constant + log_sum(refined(refinement), y, nearest, noise);
  }
  return log_p;
}

}  // namespace fm
