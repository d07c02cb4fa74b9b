// How much of one cloud lies where the other does, by balls around points that reach their k-th nearest
// neighbour in their own cloud. Sources: precision and recall, Kynkaanniemi, Karras, Laine, Lehtinen and Aila
// 2019, arXiv:1904.06991, eq. 1 and 2; density and coverage, Naeem, Oh, Uh, Choi and Yoo 2020,
// arXiv:2002.09797, eq. 3 and 4. Balls are closed.
#pragma once

#include "core/types.h"

namespace fm {

/// Columns of labels (N, P) become columns of P numbers.
struct ManifoldScores {
  Vector precision;  ///< share of samples in some ball of the reference, in [0, 1]
  Vector recall;     ///< share of the reference in some ball of the samples, in [0, 1]
  Vector density;    ///< mean over samples of the reference's balls that hold them, over k; 1 for equal laws
  Vector coverage;   ///< share of the reference's balls that hold some sample, in [0, 1]
};

/// Column p of `labels` (N, P) marks the samples among `points` (D, N) by 1 and the reference by 0, more than
/// k of each; k >= 1. Cost O(N^2 D + N P k) where the labels are mixed, O(N^2 D P) where they lie apart;
/// memory O(N k).
ManifoldScores manifold_scores(PointsIn points, const Points& labels, Index k);

}  // namespace fm
