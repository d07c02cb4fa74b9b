// Sums of a function of the distance over all pairs of points, for many weightings of the points at once:
// what distances made of mean pair values (energy, maximum mean discrepancy), their permutation tests and
// their bootstraps ask for. Pair values are made in blocks, once for all weightings, and never kept.
#pragma once

#include <cstdint>
#include <functional>

#include "core/types.h"

namespace fm {

/// f of a distance, element by element in place: squared distances |x - y|^2 become f(|x - y|).
using PairFunction = std::function<void(Points& squared)>;

/// (N, P): how often each point counts, up to 255, in each of P weightings. A byte each, so that hundreds of
/// weightings of 200 000 points fit in memory; those of one point lie side by side.
using PairWeights = Eigen::Matrix<std::uint8_t, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// With A_ij = f(|x_i - x_j|), the diagonal included, and z a column of the weights, cut where the points
/// are: z = (z1, z2), the `split` first points and the others.
struct PairSums {
  Vector first;    ///< (P), z1^T A z1
  Vector across;   ///< (P), z1^T A z2
  Vector second;   ///< (P), z2^T A z2
  Vector from;     ///< (P), z^T A 1
  double all = 0;  ///< 1^T A 1
};

/// points (D, N), 0 <= split <= N, weights (N, P). Cost O(N^2 (D + P) / 2), memory O(N D), and
/// for the weights N P bytes and a quarter more; the same bits for any number of threads.
PairSums pair_sums(PointsIn points, Index split, const PairWeights& weights, const PairFunction& f);

/// The contrast 2 E f(x,y) - E f(x,x') - E f(y,y') over distinct pairs, times `sign`.
struct PairContrast {
  PairFunction f;
  double at_zero;  ///< f(0)
  double sign;
};

/// The contrast for each column of `labels` (N, P), which marks the points of x by 1 and those of y by 0, at
/// least two of each. Cost as pair_sums.
Vector pair_contrasts(PointsIn points, const PairWeights& labels, const PairContrast& contrast);

/// Contrasts of one pass over the pairs.
struct ResampledContrasts {
  Vector divided;  ///< (P), as pair_contrasts()
  Vector redrawn;  ///< (B)
};

/// points (D, N): x, its first `split`, and y behind them. Columns of weights (N, P + B): first P labels as
/// pair_contrasts() takes them, then B that say how often each point of x and of y was drawn when each was
/// drawn again with replacement. Of these, pairs of a point with itself are left out and made up for, so that
/// the mean over draws is the contrast of x and y itself:
///   sum_i!=j a_i a_j f(|x_i - x_j|) / ((1 - 1/n) n (n - 1)),   and so for y.
/// Source: Efron 1979; Arcones and Gine 1992, "On the bootstrap of U and V statistics". Cost as pair_sums.
ResampledContrasts resampled_contrasts(PointsIn points, Index split, const PairWeights& weights, Index labels,
                                       const PairContrast& contrast);

}  // namespace fm
