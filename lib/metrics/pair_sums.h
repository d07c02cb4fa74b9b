// Sums of a function of the distance over all pairs of points, for many weightings of the points at once:
// what distances made of mean pair values (energy, maximum mean discrepancy), their permutation tests and
// their bootstraps ask for. Pair values are made in blocks, once for all weightings, and never kept.
#pragma once

#include <functional>

#include "core/types.h"

namespace fm {

/// f of a distance, element by element in place: squared distances |x - y|^2 become f(|x - y|).
using PairFunction = std::function<void(Points& squared)>;

/// With A_ij = f(|x_i - x_j|), the diagonal included, and each column z of the weights.
struct PairSums {
  Vector inside;   ///< (P), z^T A z
  Vector from;     ///< (P), z^T A 1
  double all = 0;  ///< 1^T A 1
};

/// points (D, N), weights (N, P). Cost O(N^2 (D + P) / 2), memory O(N P); the same bits for any number of
/// threads.
PairSums pair_sums(PointsIn points, const Points& weights, const PairFunction& f);

/// (P), sum_ij a_ip f(|x_i - y_j|) b_jp; x (D, n), a (n, P), y (D, m), b (m, P). Cost O(n m (D + P)).
Vector cross_sums(PointsIn x, const Points& a, PointsIn y, const Points& b, const PairFunction& f);

/// 2 E f(x,y) - E f(x,x') - E f(y,y') over distinct pairs, where column p of `labels` (N, P) marks the points
/// of x by 1 and those of y by 0, at least two of each; `at_zero` is f(0). Cost as pair_sums.
Vector pair_contrasts(PointsIn points, const Points& labels, const PairFunction& f, double at_zero);

/// The same of x (D, n) and y (D, m) drawn again with replacement, where columns of a (n, P) and b (m, P) say
/// how often each point was drawn. Pairs of a point with itself are left out and made up for, so that the
/// mean over draws is the contrast of x and y itself:
///   sum_i!=j a_i a_j f(|x_i - x_j|) / ((1 - 1/n) n (n - 1)),   and so for y.
/// Source: Efron 1979; Arcones and Gine 1992, "On the bootstrap of U and V statistics". Cost as pair_sums.
Vector redrawn_contrasts(PointsIn x, const Points& a, PointsIn y, const Points& b, const PairFunction& f,
                         double at_zero);

}  // namespace fm
