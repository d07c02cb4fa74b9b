// Which blocks of columns can have one cheap enough for a point, in single precision: with many dimensions
// boxes keep hardly any block out, and half the bytes of
//   |x - y|^2 - price = |x|^2 + (|y|^2 - price) - 2 x . y
// do for most.
#pragma once

#include <vector>

#include "ot/masses.h"
#include "ot/scan.h"

namespace fm {

class BlockSieve {
 public:
  /// y (D, m) in blocks of spatial_leaf columns; all prices 0.
  explicit BlockSieve(PointsIn y);

  void set_price(Index column, double price) {
    const auto at = static_cast<std::size_t>(column);
    offset_[at] = static_cast<float>(square_[at] - price);
  }

  /// The point (D) that passes() is about, and the size of prices.
  void aim(const double* x, double largest_price);
  /// False only if no column of the block has |x - y|^2 - price below the limit.
  bool passes(Index block, double limit) const;

 private:
  const ScanKernels& scan_;
  Index dim_;
  std::vector<double> square_;       // |y|^2 (block, 64)
  std::vector<float> y_, offset_;    // (block, dim, 64), (block, 64)
  double largest_square_;            // of the columns
  std::vector<float> twice_x_;       // (dim)
  double square_x_ = 0, error_ = 0;  // of the point aimed from
};

}  // namespace fm
