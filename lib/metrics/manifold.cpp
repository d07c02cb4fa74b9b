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
  Balls(PointsIn points, const Points& labels, Index k)
      : points_(points), labels_(labels), k_(k), lists_(neighbour_lists(points, 8 * k + 32)) {}

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
  std::vector<NeighbourList> lists_;
};

/// What the balls of one side hold of the other.
struct Held {
  Index held = 0;    ///< points of the other side in some ball
  Index pairs = 0;   ///< pairs of a ball and a point in it
  Index filled = 0;  ///< balls that hold some point
};

Held held_by(const Balls& balls, const Points& labels, Index p, double side) {
  Held result;
  std::vector<char> marked(static_cast<std::size_t>(labels.rows()), 0);
  std::vector<Index> others;
  for (Index i = 0; i < labels.rows(); ++i) {
    if (labels(i, p) != side) continue;
    balls.others(i, p, others);
    result.pairs += static_cast<Index>(others.size());
    if (!others.empty()) ++result.filled;
    for (const Index j : others) marked[static_cast<std::size_t>(j)] = 1;
  }
  result.held = std::count(marked.begin(), marked.end(), 1);
  return result;
}

}  // namespace

ManifoldScores manifold_scores(PointsIn points, const Points& labels, Index k) {
  const Index columns = labels.cols();
  const Balls balls(points, labels, k);
  ManifoldScores scores{Vector(columns), Vector(columns), Vector(columns), Vector(columns)};
  parallel_chunks(columns, 1, [&](Index p, Index, Index) {
    const double n = labels.col(p).sum(), m = static_cast<double>(labels.rows()) - n;
    const Held reference = held_by(balls, labels, p, 0), samples = held_by(balls, labels, p, 1);
    scores.precision[p] = static_cast<double>(reference.held) / n;
    scores.recall[p] = static_cast<double>(samples.held) / m;
    scores.density[p] = static_cast<double>(reference.pairs) / (static_cast<double>(k) * n);
    scores.coverage[p] = static_cast<double>(reference.filled) / m;
  });
  return scores;
}

}  // namespace fm
