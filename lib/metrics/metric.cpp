#include "metrics/metric.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include "core/error.h"
#include "core/numeric.h"
#include "core/parallel.h"
#include "core/value.h"
#include "metrics/classifier.h"
#include "metrics/energy.h"
#include "metrics/manifold.h"
#include "metrics/sinkhorn_divergence.h"
#include "metrics/sliced.h"
#include "metrics/wasserstein.h"
#include "ot/assignment.h"

namespace fm {

namespace {

/// E|x-y|^2 = |mean x - mean y|^2 + E|x - mean x|^2 + E|y - mean y|^2 over all pairs.
double mean_squared_distance(PointsIn x, PointsIn y) {
  const Vector mean_x = mean_point(x), mean_y = mean_point(y);
  const auto variance = [](PointsIn points, const Vector& mean) {
    return (points.colwise() - mean).squaredNorm() / static_cast<double>(points.cols());
  };
  return (mean_x - mean_y).squaredNorm() + variance(x, mean_x) + variance(y, mean_y);
}

/// The points of one label, in order.
Points labelled(PointsIn points, const Points& labels, Index p, double label) {
  std::vector<Index> members;
  for (Index n = 0; n < points.cols(); ++n)
    if (labels(n, p) == label) members.push_back(n);
  return points(Eigen::all, members);
}

double between(const SlicedW2& metric, PointsIn x, PointsIn y, std::uint64_t seed) {
  return sliced_w2(x, y, random_directions(x.rows(), metric.directions, seed));
}
double between(const W2&, PointsIn x, PointsIn y, std::uint64_t) {
  return std::sqrt(solve_assignment(x, y).cost / static_cast<double>(x.cols()));
}
double between(const W1&, PointsIn x, PointsIn y, std::uint64_t) {
  return wasserstein(x, y, CostPower::one).distance;
}
/// The divergence is 0 or above but for rounding.
double between(const SinkhornW2& metric, PointsIn x, PointsIn y, std::uint64_t) {
  const double mean_cost = mean_squared_distance(x, y);
  if (mean_cost == 0) return 0;
  SinkhornDivergenceOptions options;
  options.reg = metric.reg * mean_cost;
  options.tolerance = sinkhorn_tolerance;
  options.max_iterations = 50000;
  return std::sqrt(std::max(0.0, sinkhorn_divergence(x, y, options)));
}
double between(const C2stNetwork& metric, PointsIn x, PointsIn y, std::uint64_t seed) {
  return network_accuracy(x, y, metric.width, metric.steps, seed).accuracy();
}

PairContrast contrast(const Energy&, PointsIn, std::uint64_t) {
  return energy_contrast();
}
PairContrast contrast(const Mmd& metric, PointsIn points, std::uint64_t seed) {
  return mmd_contrast(metric.kernel, metric.bandwidth > 0 ? metric.bandwidth : median_distance(points, seed));
}

/// Whether a member is a contrast.
template <class Member>
concept Contrasted = requires(const Member& metric, PointsIn points) {
  contrast(metric, points, 0);
};

template <Contrasted Member>
Vector divided(const Member& metric, PointsIn points, const Points& labels, std::uint64_t seed) {
  return pair_contrasts(points, labels.cast<std::uint8_t>(), contrast(metric, points, seed));
}
Vector divided(const SlicedW2& metric, PointsIn points, const Points& labels, std::uint64_t seed) {
  return sliced_w2s(points, labels, random_directions(points.rows(), metric.directions, seed));
}
/// `score` of what the balls of one side hold: 0 the reference's, 1 the samples'.
template <class Score>
Vector ball_scores(PointsIn points, const Points& labels, Index k, double side, const Score& score) {
  const auto counts = ball_counts(points, labels, k, side);
  Vector scores(labels.cols());
  std::transform(counts.begin(), counts.end(), scores.begin(), score);
  return scores;
}
Vector divided(const Precision& metric, PointsIn points, const Points& labels, std::uint64_t) {
  return ball_scores(points, labels, metric.k, 0, std::mem_fn(&BallCounts::share_held));
}
Vector divided(const Recall& metric, PointsIn points, const Points& labels, std::uint64_t) {
  return ball_scores(points, labels, metric.k, 1, std::mem_fn(&BallCounts::share_held));
}
Vector divided(const Density& metric, PointsIn points, const Points& labels, std::uint64_t) {
  return ball_scores(points, labels, metric.k, 0,
                     [&](const BallCounts& counts) { return counts.mean_holders(metric.k); });
}
Vector divided(const Coverage& metric, PointsIn points, const Points& labels, std::uint64_t) {
  return ball_scores(points, labels, metric.k, 0, std::mem_fn(&BallCounts::share_filled));
}
Vector divided(const C2stLinear& metric, PointsIn points, const Points& labels, std::uint64_t seed) {
  return linear_accuracies(points, labels, random_folds(points.cols(), metric.folds, seed), metric.folds);
}
Vector divided(const C2stKnn& metric, PointsIn points, const Points& labels, std::uint64_t) {
  return knn_accuracies(points, labels, metric.k);
}
/// Members that share nothing between divisions.
template <class Member>
Vector divided(const Member& metric, PointsIn points, const Points& labels, std::uint64_t seed) {
  Vector values(labels.cols());
  parallel_chunks(labels.cols(), 1, [&](Index p, Index, Index) {
    values[p] = between(metric, labelled(points, labels, p, 1), labelled(points, labels, p, 0), seed);
  });
  return values;
}

/// Members that need no division of one cloud find the distance of two directly.
template <class Member>
double compared(const Member& metric, PointsIn x, PointsIn y, std::uint64_t seed) {
  if constexpr (requires { between(metric, x, y, seed); }) {
    return between(metric, x, y, seed);
  } else {
    Points pooled(x.rows(), x.cols() + y.cols());
    pooled << x, y;
    Points labels = Points::Zero(pooled.cols(), 1);
    labels.topRows(x.cols()).setOnes();
    return divided(metric, pooled, labels, seed)[0];
  }
}

}  // namespace

std::optional<PairContrast> contrast_of(const Metric& metric, PointsIn points, std::uint64_t seed) {
  return std::visit(
      [&]<class Member>(const Member& member) -> std::optional<PairContrast> {
        if constexpr (Contrasted<Member>) return contrast(member, points, seed);
        return std::nullopt;
      },
      metric);
}

void check_clouds(PointsIn x, PointsIn y) {
  if (x.rows() != y.rows())
    throw data_error("cloud-columns", "the clouds have " + std::to_string(x.rows()) + " and " +
                                          std::to_string(y.rows()) + " columns");
  // |x - y|^2 <= 2 |x|^2 + 2 |y|^2
  if (!std::isfinite(2 * x.squaredNorm() + 2 * y.squaredNorm()))
    throw data_error("not-finite", "coordinates are not finite, or their squares overflow");
}

void check_size(const Metric& metric, Index x_rows, Index y_rows) {
  const Index least = traits_of(metric).least;
  if (std::min(x_rows, y_rows) < least)
    throw data_error("cloud-size", name_of(metric) + " needs at least " + std::to_string(least) +
                                       " points on each side, not " + std::to_string(x_rows) + " and " +
                                       std::to_string(y_rows));
}

void check_comparable(const Metric& metric, PointsIn x, PointsIn y) {
  check_clouds(x, y);
  check_size(metric, x.cols(), y.cols());
}

double distance(const Metric& metric, PointsIn x, PointsIn y, std::uint64_t seed) {
  check_comparable(metric, x, y);
  return std::visit([&](const auto& member) { return compared(member, x, y, seed); }, metric);
}

Vector distances(const Metric& metric, PointsIn points, const Points& labels, std::uint64_t seed) {
  return std::visit([&](const auto& member) { return divided(member, points, labels, seed); }, metric);
}

}  // namespace fm
