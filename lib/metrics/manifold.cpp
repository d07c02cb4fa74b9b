#include "metrics/manifold.h"

#include <algorithm>
#include <vector>

#include "core/parallel.h"
#include "metrics/neighbours.h"

namespace fm {

namespace {

/// The others that lie in the ball of point i up to its k-th neighbour of its own label, none if `list` ends
/// before it is known to hold them all; `list` is known to hold all points of the cloud where `complete`.
bool others_in_ball(const NeighbourList& list, bool complete, const Points& labels, Index p, Index i, Index k,
                    std::vector<Index>& others) {
  others.clear();
  Index own = 0;
  double radius = 0;
  for (const Neighbour& neighbour : list) {
    if (own >= k && neighbour.squared > radius) return true;
    if (labels(neighbour.point, p) != labels(i, p)) {
      others.push_back(neighbour.point);
    } else if (++own == k) {
      radius = neighbour.squared;
    }
  }
  return complete;
}

class Balls {
 public:
  Balls(PointsIn points, const Points& labels, Index k, double side)
      : points_(points), labels_(labels), k_(k), lists_(static_cast<std::size_t>(points.cols())) {
    constexpr Index points_at_once = 64;
    parallel_chunks(points.cols(), points_at_once, [&](Index begin, Index end, Index) {
      for (Index i = begin; i < end; ++i)
        if ((labels.row(i).array() == side).any())
          lists_[static_cast<std::size_t>(i)] = neighbours_of(points, i, 8 * k + 32);
    });
  }

  /// Of the k-th neighbour of i under labels p. A list of 8 k + 32 ends too early for about one ball in a
  /// million where labels are mixed; then all points are looked at.
  void others(Index i, Index p, std::vector<Index>& found) const {
    const NeighbourList& list = lists_[static_cast<std::size_t>(i)];
    const Index all = points_.cols() - 1;
    if (others_in_ball(list, static_cast<Index>(list.size()) == all, labels_, p, i, k_, found)) return;
    others_in_ball(neighbours_of(points_, i, all), true, labels_, p, i, k_, found);
  }

 private:
  PointsIn points_;
  const Points& labels_;
  Index k_;
  std::vector<NeighbourList> lists_;  // of the points that are of the side in some column
};

BallCounts counts_of(const Balls& balls, const Points& labels, Index p, double side) {
  BallCounts result;
  std::vector<char> marked(static_cast<std::size_t>(labels.rows()), 0);
  std::vector<Index> others;
  for (Index i = 0; i < labels.rows(); ++i) {
    if (labels(i, p) != side) continue;
    balls.others(i, p, others);
    ++result.balls;
    result.pairs += static_cast<Index>(others.size());
    if (!others.empty()) ++result.filled;
    for (const Index j : others) marked[static_cast<std::size_t>(j)] = 1;
  }
  result.others = labels.rows() - result.balls;
  result.held = std::count(marked.begin(), marked.end(), 1);
  return result;
}

}  // namespace

std::vector<BallCounts> ball_counts(PointsIn points, const Points& labels, Index k, double side) {
  const Balls balls(points, labels, k, side);
  std::vector<BallCounts> counts(static_cast<std::size_t>(labels.cols()));
  parallel_chunks(labels.cols(), 1, [&](Index p, Index, Index) {
    counts[static_cast<std::size_t>(p)] = counts_of(balls, labels, p, side);
  });
  return counts;
}

}  // namespace fm
