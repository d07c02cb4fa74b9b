#include "flow/adaptive_path.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "core/error.h"
#include "core/parallel.h"
#include "core/value.h"

namespace fm {

namespace {

// A block of rows in 100 columns and the distances to it fit into the second-level cache, for all points of a
// chunk; shorter blocks spend more on the ends of loops.
constexpr Index block_rows = 512, chunk_points = 64;

/// The K least positive numbers seen, as a heap with the largest in front.
class Least {
 public:
  explicit Least(std::size_t count) : count_(count) {}

  void add(const Eigen::ArrayXd& numbers, Index size) {
    for (Index i = 0; i < size; ++i)
      if (numbers(i) < bound_ && numbers(i) > 0) add(numbers(i));
  }
  std::size_t size() const { return heap_.size(); }
  double largest() const { return heap_.front(); }

 private:
  void add(double number) {
    if (heap_.size() == count_) {
      std::pop_heap(heap_.begin(), heap_.end());
      heap_.pop_back();
    }
    heap_.push_back(number);
    std::push_heap(heap_.begin(), heap_.end());
    if (heap_.size() == count_) bound_ = heap_.front();
  }

  std::size_t count_;
  std::vector<double> heap_;
  double bound_ = std::numeric_limits<double>::infinity();  // numbers from here on do not count
};

[[noreturn]] void too_few(Index found, std::int64_t wanted) {
  throw data_error("adaptive-neighbors",
                   "a bandwidth is to reach neighbor " + std::to_string(wanted) + ", and a row has " +
                       std::to_string(found) + " that differ from it",
                   {}, found == 0 ? "" : "try --path adaptive:neighbors=" + std::to_string(found));
}

/// Squared distances of the points begin, ..., end - 1 to their K-th nearest rows (M, D), and how many of K
/// rows there were: with fewer than K the distance means nothing.
void measure(PointsIn x, const Eigen::ArrayXXd& rows, std::int64_t neighbors, Index begin, Index end,
             VectorOut result, std::vector<Index>& found) {
  const Index count = rows.rows();
  std::vector<Least> nearest(static_cast<std::size_t>(end - begin),
                             Least(static_cast<std::size_t>(neighbors)));
  Eigen::ArrayXd square(block_rows);
  for (Index first = 0; first < count; first += block_rows) {
    const Index size = std::min(block_rows, count - first);
    auto part = square.head(size);
    for (Index n = begin; n < end; ++n) {
      part = (x(0, n) - rows.col(0).segment(first, size)).square();
      for (Index d = 1; d < x.rows(); ++d) part += (x(d, n) - rows.col(d).segment(first, size)).square();
      nearest[static_cast<std::size_t>(n - begin)].add(square, size);
    }
  }
  for (Index n = begin; n < end; ++n) {
    const Least& least = nearest[static_cast<std::size_t>(n - begin)];
    found[static_cast<std::size_t>(n)] = static_cast<Index>(least.size());
    result(n) = least.size() > 0 ? least.largest() : 0;
  }
}

}  // namespace

void check_bandwidths(const AdaptivePath& path) {
  if (!path.column.empty() && path.neighbors != AdaptivePath{}.neighbors)
    throw usage_error("bandwidth-twice",
                      "neighbors and column both say how wide the kernels of adaptive paths are",
                      "leave one of them out");
}

Vector adaptive_bandwidths(const AdaptivePath& path, PointsIn x, PointsIn rows) {
  const Eigen::ArrayXXd columns = rows.transpose();  // a column's rows side by side: loops vectorise
  Vector square(x.cols());
  std::vector<Index> found(static_cast<std::size_t>(x.cols()), path.neighbors);
  parallel_chunks(x.cols(), chunk_points, [&](Index begin, Index end, Index) {
    measure(x, columns, path.neighbors, begin, end, square, found);
  });
  // The least over all points, so that the number in the hint is enough for every one.
  const Index least = found.empty() ? path.neighbors : *std::min_element(found.begin(), found.end());
  if (least < path.neighbors) too_few(least, path.neighbors);
  return path.scale * (square / static_cast<double>(x.rows())).cwiseSqrt();
}

bool takes_bandwidths(const Scheduler& scheduler) {
  const SchedulerValue begin = scheduler_at(scheduler, 0);
  return begin.sigma == 1 && begin.alpha == 0 && scheduler_domain(scheduler).end == 1 &&
         scheduler_at(scheduler, 1).sigma == 0;
}

void check_adaptive_scheduler(const Scheduler& scheduler) {
  if (!takes_bandwidths(scheduler))
    throw usage_error("adaptive-scheduler",
                      "bandwidths are added to a path from the source itself to the row itself at a finite "
                      "speed, which " +
                          print_value(scheduler) + " is not",
                      "leave --scheduler at cond-ot, or take polynomial or cosine");
}

}  // namespace fm
