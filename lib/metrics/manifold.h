// How much of one cloud lies where the other does, by balls around points that reach their k-th nearest
// neighbour in their own cloud. Sources: precision and recall, Kynkaanniemi, Karras, Laine, Lehtinen and Aila
// 2019, arXiv:1904.06991, eq. 1 and 2; density and coverage, Naeem, Oh, Uh, Choi and Yoo 2020,
// arXiv:2002.09797, eq. 3 and 4. Balls are closed.
#pragma once

#include <vector>

#include "core/types.h"

namespace fm {

/// What the balls around the points of one side hold of the other side.
struct BallCounts {
  Index balls = 0;   ///< points of the one side
  Index others = 0;  ///< points of the other
  Index held = 0;    ///< of these, in some ball
  Index pairs = 0;   ///< of a ball and another in it
  Index filled = 0;  ///< balls that hold some other

  /// In [0, 1]: precision by the reference's balls, recall by the samples'.
  double share_held() const { return static_cast<double>(held) / static_cast<double>(others); }
  /// Density by the reference's balls: mean over the others of the balls that hold them, over k; 1 for equal
  /// laws.
  double mean_holders(Index k) const {
    return static_cast<double>(pairs) / (static_cast<double>(k) * static_cast<double>(others));
  }
  /// In [0, 1]: coverage by the reference's balls.
  double share_filled() const { return static_cast<double>(filled) / static_cast<double>(balls); }
};

/// The counts (P) of the balls around the points marked `side` by column p of `labels` (N, P), which marks
/// the samples among `points` (D, N) by 1 and the reference by 0, more than k of each; k >= 1. With M the
/// points that are of that side in some column: cost O(N M D + M P k) where the labels are mixed, O(N M D P)
/// where they lie apart; memory O(M k).
std::vector<BallCounts> ball_counts(PointsIn points, const Points& labels, Index k, double side);

}  // namespace fm
