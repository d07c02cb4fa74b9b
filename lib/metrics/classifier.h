// Classifier two-sample tests: how often a classifier tells samples from reference on points that it has not
// seen. 1/2 is chance, 1 certainty. Source: Lopez-Paz and Oquab 2017, arXiv:1610.06545.
#pragma once

#include <cstdint>
#include <vector>

#include "core/types.h"

namespace fm {

/// Accuracy of the majority of the k nearest others (leave-one-out), for each column of `labels` (N, P) of 0
/// and 1; k odd, below N. Ties of distance are settled by the points' order. Cost O(N^2 D + N P k), memory
/// O(N k).
Vector knn_accuracies(PointsIn points, const Points& labels, Index k);

/// Accuracy of the least-squares linear classifier (affine, target +1 and -1; the least norm where columns
/// depend on each other), cross-validated: the points of fold 0, 1, ..., folds - 1 are each tested on what
/// the others teach. A score of 0 counts a half. For each column of `labels` (N, P). Sees a difference of
/// means alone. Cost O(N D (D + P) + folds D^3).
Vector linear_accuracies(PointsIn points, const Points& labels, const std::vector<Index>& fold_of,
                         Index folds);

/// A fold for each of N points, of sizes that differ by one at most, at random: a permutation test needs
/// folds that do not know the labels.
std::vector<Index> random_folds(Index points, Index folds, std::uint64_t seed);

struct HeldOutAccuracy {
  Index points = 0;    ///< 2 h, tested
  Index correct = 0;   ///< of them
  Index positive = 0;  ///< said to be samples
  double accuracy() const { return static_cast<double>(correct) / static_cast<double>(points); }
};

/// A network (two hidden layers of `width`, silu, logistic loss, Adam) learns on every other point of x (D,
/// n) and of y (D, n), and is tested on the rest; n >= 4. `seed` draws its start and the order of points.
/// Cost O(steps width^2).
HeldOutAccuracy network_accuracy(PointsIn x, PointsIn y, Index width, Index steps, std::uint64_t seed);

/// Probability that as many are correct or more where labels mean nothing: of 2 h points, h of each label, a
/// fixed `positive` are said to be samples, and those that are have a hypergeometric law.
double chance_of(const HeldOutAccuracy& result);

}  // namespace fm
