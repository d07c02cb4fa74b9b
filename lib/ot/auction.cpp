#include "ot/auction.h"

#include <algorithm>
#include <utility>

#include "ot/auction_steps.h"
#include "ot/places.h"

namespace fm {

namespace {

/// Medians, so that outliers do not set them.
struct Scales {
  double cost;  ///< over one pair of each row
  double step;  ///< between the two best columns of a row
};

Scales typical_scales(CostRows& costs, const ScanKernels& scan, const std::vector<double>& price) {
  const Index n = costs.size();
  std::vector<double> cost, step;
  for (Index i = 0; i < n; ++i) {
    const double* row = costs.row(i);
    const BestTwo found = scan.best_two(row, price.data(), costs.stride());
    cost.push_back(row[(i + n / 2) % n]);
    step.push_back(found.second - found.best);
  }
  return {median(cost), median(step)};
}

/// Rows without a column, first come first served.
class Queue {
 public:
  explicit Queue(Index size) : rows_(static_cast<std::size_t>(size)) {
    for (std::size_t k = 0; k < rows_.size(); ++k) rows_[k] = static_cast<Index>(k);
    count_ = rows_.size();
  }
  bool empty() const { return count_ == 0; }
  Index pop() {
    --count_;
    return rows_[std::exchange(head_, head_ + 1 == rows_.size() ? 0 : head_ + 1)];
  }
  void push(Index row) {
    const std::size_t end = head_ + count_++;
    rows_[end < rows_.size() ? end : end - rows_.size()] = row;
  }

 private:
  std::vector<Index> rows_;  // a ring: each row is in it at most once
  std::size_t head_ = 0, count_ = 0;
};

/// Rows take turns to bid for their best column until each has one: the price falls by the step to the second
/// best and the increment, and the column's owner must bid again.
void phase(CostRows& costs, const ScanKernels& scan, double increment, std::vector<double>& price) {
  Queue queue(costs.size());
  std::vector<Index> owner(price.size(), nobody);
  for (Index bids = bids_a_row * costs.size(); bids > 0 && !queue.empty(); --bids) {
    const Index row = queue.pop();
    const BestTwo found = scan.best_two(costs.row(row), price.data(), costs.stride());
    const auto column = static_cast<std::size_t>(found.column);
    price[column] -= found.second - found.best + increment;
    const Index loser = std::exchange(owner[column], row);
    if (loser != nobody) queue.push(loser);
  }
}

}  // namespace

void auction_prices(CostRows& costs, const ScanKernels& scan, std::vector<double>& price) {
  const Index n = costs.size();
  if (n < 2) return;
  const Scales scales = typical_scales(costs, scan, price);
  if (!(scales.cost > 0)) return;
  const double last =
      std::max(last_increment * scales.step, least_increment * scales.cost / static_cast<double>(n));
  for (double increment = first_increment * scales.cost; increment > last; increment *= shrinkage)
    phase(costs, scan, increment, price);
  phase(costs, scan, last, price);
}

}  // namespace fm
