// Columns with prices, in blocks of near ones: which few are cheapest for a point is found without a look at
// most of them. A block is passed over where a lower bound of cost - price over its box is too dear; prices
// of an optimal plan are steep between far clouds, so the bound takes them by their slope in the block: with
//   price(y) <= top + p . y,   |x - y|^2 - price(y) >= |(x + p / 2) - y|^2 - p . (x + p / 4) - top.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "ot/block_sieve.h"
#include "ot/cost_power.h"
#include "ot/masses.h"
#include "ot/scan.h"

namespace fm {

/// A column, its cost for a point and that less its price.
struct Candidate {
  double reduced, cost;
  Index column;
};

/// Prices only fall after set_prices().
class PricedBlocks {
 public:
  /// y (D, m) in spatial order, m >= 1; all prices 0.
  PricedBlocks(PointsIn y, CostPower power);

  Index size() const { return size_; }
  /// price (m). Cost O(D^2 m).
  void set_prices(VectorIn price);
  double price(Index column) const { return price_[static_cast<std::size_t>(column)]; }
  void lower_price(Index column, double price) {
    price_[static_cast<std::size_t>(column)] = price;
    if (sieve_) sieve_->set_price(column, price);
    largest_price_ = -price > largest_price_ ? -price : largest_price_;
  }
  VectorIn prices() const { return Eigen::Map<const Vector>(price_.data(), size_); }

  /// |x - y_column|^power, to the bit as in a Candidate. x (D).
  double cost(const double* x, Index column) const;

  /// The `count` columns with the smallest cost - price, or all if there are fewer, the dearest of `count`
  /// last. Exact but for the rounding of costs and prices; which of equally dear ones are taken is not said.
  /// x (D). Blocks of the columns `likely` are looked into first: the nearer these are to the answer, the
  /// fewer blocks follow.
  const std::vector<Candidate>& cheapest(const double* x, Index count,
                                         std::span<const std::int32_t> likely = {});

 private:
  void look_into(const double* x, Index at, std::size_t count);
  void keep(const Candidate& candidate, std::size_t count);
  void fit_slope(Index at);

  const ScanKernels& scan_;
  Index size_, dim_, blocks_, stride_;  // stride_: blocks padded for the kernels
  bool root_;                           // costs are distances
  std::vector<double> y_, price_;       // (block, dim, 64), (block, 64)
  std::vector<double> low_, high_;      // boxes (dim, stride_)
  std::vector<double> slope_, top_;     // (dim, stride_), (stride_)
  std::vector<int> looks_;              // into each block since its slope was fitted
  std::vector<double> bound_;           // scratch (stride_)
  std::vector<std::int32_t> near_;      // blocks, of one search
  double reach_, largest_price_ = 0;    // in absolute value, for the rounding of bounds
  std::optional<BlockSieve> sieve_;     // where boxes keep hardly any block out
  std::vector<Candidate> found_;
  std::size_t dearest_ = 0;  // of these, once there are enough
  double limit_ = 0;         // only what is below it can still be among the cheapest
};

}  // namespace fm
