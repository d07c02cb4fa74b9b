#include "metrics/classifier.h"

#include <algorithm>
#include <cmath>
#include <span>
#include <vector>

#include <Eigen/QR>

#include "core/numeric.h"
#include "core/parallel.h"
#include "core/random.h"
#include "data/standardiser.h"
#include "metrics/neighbours.h"
#include "nn/mlp.h"
#include "nn/optimizer.h"

namespace fm {

namespace {

/// (D + 1, N): columns in units of their own spread, so that no unit rules the rank, and a row of ones.
Points affine_features(PointsIn points) {
  Points features(points.rows() + 1, points.cols());
  features.topRows(points.rows()) = to_coordinates(fit_standardiser(points, Standardize::columns), points);
  features.bottomRows(1).setOnes();
  return features;
}

/// The normal equations of least squares, or a part of them.
struct NormalEquations {
  Points gram;       // (D + 1, D + 1)
  Points responses;  // (D + 1, P)
};

std::vector<Index> members_of(const std::vector<Index>& fold_of, Index fold) {
  std::vector<Index> members;
  for (std::size_t n = 0; n < fold_of.size(); ++n)
    if (fold_of[n] == fold) members.push_back(static_cast<Index>(n));
  return members;
}

/// Sums over rows of 1 where score and target have one sign, and of 1/2 where the score is 0.
Vector hits(const Points& scores, const Points& targets) {
  return (1 + scores.cwiseProduct(targets).array().sign()).colwise().sum().transpose() / 2;
}

/// The network that tells points apart, over blocks of them.
class Classifier {
 public:
  Classifier(Index dim, Index width, std::uint64_t seed)
      : mlp_(MlpShape{dim, {width, width}, 1, Activation::silu}), parameters_(size()), gradient_(size()) {
    initialise<float>(mlp_.shape(), {seed, Purpose::classifier_start}, parameters_);
    state_ = OptimizerState<float>(static_cast<Index>(size()));
  }

  /// One step on points (D, n), n <= block_points, with targets 0 and 1 (n): the logistic loss's derivative
  /// is 1 / (1 + exp(-score)) - target.
  void learn(PointsIn points, VectorIn targets, double learning_rate) {
    load_points(points, mlp_.input());
    mlp_.value_with_slopes(parameters_);
    Block<float> d_output(1);
    for (Index n = 0; n < points.cols(); ++n) {
      const double share = 1 / (1 + std::exp(-static_cast<double>(mlp_.output()(0, n))));
      d_output(0, n) = static_cast<float>((share - targets[n]) / static_cast<double>(points.cols()));
    }
    std::fill(gradient_.begin(), gradient_.end(), 0.0f);
    mlp_.backward(parameters_, d_output, gradient_);
    optimizer_step<float>(Adam{}, learning_rate, gradient_, state_, parameters_);
  }

  /// How many of the points score above 0.
  Index positive(PointsIn points) {
    Index count = 0;
    for (Index first = 0; first < points.cols(); first += block_points) {
      const Index size = std::min<Index>(block_points, points.cols() - first);
      load_points(points.middleCols(first, size), mlp_.input());
      mlp_.value(parameters_);
      for (Index n = 0; n < size; ++n) count += mlp_.output()(0, n) > 0 ? 1 : 0;
    }
    return count;
  }

 private:
  std::size_t size() const { return static_cast<std::size_t>(parameter_count(mlp_.shape())); }

  Mlp<float> mlp_;
  std::vector<float> parameters_, gradient_;
  OptimizerState<float> state_;
};

/// Columns 0, 2, ... (first = 0) or 1, 3, ...
Points every_other(PointsIn x, Index first) {
  return x(Eigen::all, Eigen::seq(first, x.cols() - 1, 2));
}

void train(Classifier& classifier, const Points& points, Index of_first, Index steps, std::uint64_t seed) {
  const Index batch = std::min<Index>(block_points, points.cols()), batches = points.cols() / batch;
  std::vector<Index> order;
  for (Index step = 0; step < steps; ++step) {
    if (step % batches == 0)
      order = random_permutation(
          Random{seed, Purpose::classifier_passes}.row(static_cast<std::uint64_t>(step)), points.cols());
    const auto* from = order.data() + step % batches * batch;
    const std::vector<Index> members(from, from + batch);
    Vector targets(batch);
    for (Index n = 0; n < batch; ++n) targets[n] = members[static_cast<std::size_t>(n)] < of_first ? 1 : 0;
    constexpr double peak = 1e-2;  // learning rate, falling to 0 along a straight line
    const double left = 1 - static_cast<double>(step) / static_cast<double>(steps);
    classifier.learn(points(Eigen::all, members), targets, peak * left);
  }
}

double log_binomial(Index n, Index k) {
  const auto log_factorial = [](Index i) { return std::lgamma(static_cast<double>(i) + 1); };
  return log_factorial(n) - log_factorial(k) - log_factorial(n - k);
}

}  // namespace

Vector knn_accuracies(PointsIn points, const Points& labels, Index k) {
  const auto lists = neighbour_lists(points, k);
  Vector accuracies(labels.cols());
  parallel_chunks(labels.cols(), 1, [&](Index p, Index, Index) {
    Index correct = 0;
    for (Index n = 0; n < points.cols(); ++n) {
      double votes = 0;
      for (const Neighbour& neighbour : lists[static_cast<std::size_t>(n)])
        votes += labels(neighbour.point, p);
      correct += (2 * votes > static_cast<double>(k)) == (labels(n, p) == 1) ? 1 : 0;
    }
    accuracies[p] = static_cast<double>(correct) / static_cast<double>(points.cols());
  });
  return accuracies;
}

std::vector<Index> random_folds(Index points, Index folds, std::uint64_t seed) {
  const auto order = random_permutation(Random{seed, Purpose::folds}.row(0), points);
  std::vector<Index> fold_of(order.size());
  for (std::size_t n = 0; n < order.size(); ++n)
    fold_of[static_cast<std::size_t>(order[n])] = static_cast<Index>(n) % folds;
  return fold_of;
}

Vector linear_accuracies(PointsIn points, const Points& labels, const std::vector<Index>& fold_of,
                         Index folds) {
  const Points features = affine_features(points);
  const Points targets = 2 * labels.array() - 1;
  const NormalEquations all{features * features.transpose(), features * targets};
  Points correct(labels.cols(), folds);
  parallel_chunks(folds, 1, [&](Index fold, Index, Index) {
    const auto members = members_of(fold_of, fold);
    const Points x = features(Eigen::all, members), y = targets(members, Eigen::all);
    const Points gram = all.gram - x * x.transpose(), responses = all.responses - x * y;
    const Points scores = x.transpose() * gram.completeOrthogonalDecomposition().solve(responses);
    correct.col(fold) = hits(scores, y);
  });
  return correct.rowwise().sum() / static_cast<double>(points.cols());
}

HeldOutAccuracy network_accuracy(PointsIn x, PointsIn y, Index width, Index steps, std::uint64_t seed) {
  Points seen(x.rows(), (x.cols() + 1) / 2 + (y.cols() + 1) / 2);
  seen << every_other(x, 0), every_other(y, 0);
  const Standardiser units = fit_standardiser(seen, Standardize::columns);
  Classifier classifier(x.rows(), width, seed);
  train(classifier, to_coordinates(units, seen), (x.cols() + 1) / 2, steps, seed);
  const Points x_unseen = to_coordinates(units, every_other(x, 1)),
               y_unseen = to_coordinates(units, every_other(y, 1));
  const Index true_positive = classifier.positive(x_unseen), false_positive = classifier.positive(y_unseen);
  return {x_unseen.cols() + y_unseen.cols(), true_positive + y_unseen.cols() - false_positive,
          true_positive + false_positive};
}

double chance_of(const HeldOutAccuracy& result) {
  const Index half = result.points / 2, positive = result.positive;
  // correct = true positives + h - (positive - true positives)
  const Index least = (result.correct - half + positive) / 2;
  double chance = 0;
  for (Index hits = std::max(least, positive - half); hits <= std::min(half, positive); ++hits)
    chance += std::exp(log_binomial(half, hits) + log_binomial(half, positive - hits) -
                       log_binomial(result.points, positive));
  return std::min(chance, 1.0);
}

}  // namespace fm
