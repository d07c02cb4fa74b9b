// The costs of an assignment problem in single precision, in a unit of their own: a look at them costs half
// as much as in double, and what rounding spoils is mended by repair.h. In the plane they are computed for
// each look, which is faster than reading them from memory.
#pragma once

#include <vector>

#include "core/types.h"
#include "ot/costs.h"
#include "ot/single_scan.h"

namespace fm {

class SingleCosts {
 public:
  /// |x_i - y_j|^2; x, y (D, n), D <= plane_dim, coordinates of size 1.
  SingleCosts(PointsIn x, PointsIn y, const SingleKernels& kernels);
  /// Those of a kept matrix, which must outlive them.
  SingleCosts(CostRows& costs, const SingleKernels& kernels);

  static constexpr Index plane_dim = 2;

  Index size() const { return size_; }
  Index stride() const { return stride_; }
  /// Offsets (stride) at prices 0; infinite in the padding.
  std::vector<float> start() const;
  /// price_j in the unit of the doubles.
  double price(Index column, float offset) const {
    return (plane_ ? exact_y_.col(column).squaredNorm() : 0) - static_cast<double>(offset) / scale_;
  }
  /// By how much a value with offsets up to `largest` in absolute value may be wrong: seven roundings by
  /// 2^-24 of products up to largest_ and of their sums with the offset.
  float error(float largest) const { return 0x1p-21F * (largest_ + largest); }
  /// In double.
  double cost(Index row, Index column) const {
    if (!plane_) return costs_->row(row)[column];
    const double first = exact_y_(0, column) - exact_x_(0, row);
    const double second = exact_y_(1, column) - exact_x_(1, row);
    return first * first + second * second;
  }
  /// How many singles make one in the unit of the doubles.
  double scale() const { return scale_; }

  /// As the kernels compute it, to the bit.
  float value(Index row, Index column, const std::vector<float>& offset) const {
    const auto i = static_cast<std::size_t>(row), j = static_cast<std::size_t>(column);
    if (plane_) return (offset[j] - slope_[0][i] * y_[0][j]) - slope_[1][i] * y_[1][j];
    return matrix_[i * static_cast<std::size_t>(stride_) + j] + offset[j];
  }

  /// The kernels for `count` rows, 1 to row_group; `found` (row_group).
  void best_two(const std::int32_t* rows, int count, const std::vector<float>& offset,
                SingleBestTwo* found) const;
  void reach(const Reach& from, const std::vector<float>& offset, const float* looked_at, float* distance,
             std::int32_t* previous, NearestOfClasses* nearest) const;
  void near(Index row, const std::vector<float>& offset, float limit, std::uint32_t* bits) const;

 private:
  RowGroup group(const std::int32_t* rows, int count) const;
  ColumnValues columns(const std::vector<float>& offset) const {
    return {{y_[0].data(), y_[1].data()}, offset.data(), stride_};
  }

  const SingleKernels& kernels_;
  Index size_, stride_;
  bool plane_;
  double scale_ = 1;
  float largest_ = 0;  // of what is added to an offset
  // In the plane:
  Eigen::Matrix2Xd exact_x_, exact_y_;  // (2, n)
  std::vector<float> slope_[2], y_[2];  // 2 x (n), y (stride)
  // Else:
  CostRows* costs_ = nullptr;
  std::vector<float> matrix_;  // (stride, n)
};

}  // namespace fm
