#include "ot/single_costs.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "ot/places.h"

namespace fm {

namespace {

constexpr Index column_block = 64;

Index padded(Index count) {
  return (count + column_block - 1) / column_block * column_block;
}

}  // namespace

SingleCosts::SingleCosts(PointsIn x, PointsIn y, const SingleKernels& kernels)
    : kernels_(kernels),
      size_(x.cols()),
      stride_(padded(size_)),
      plane_(true),
      exact_x_(Eigen::Matrix2Xd::Zero(plane_dim, size_)),
      exact_y_(exact_x_) {
  exact_x_.topRows(x.rows()) = x;
  exact_y_.topRows(y.rows()) = y;
  for (Index d = 0; d < plane_dim; ++d) {
    slope_[d].resize(place(size_));
    y_[d].resize(place(stride_));
    for (Index i = 0; i < size_; ++i) {
      slope_[d][place(i)] = static_cast<float>(2 * exact_x_(d, i));
      y_[d][place(i)] = static_cast<float>(exact_y_(d, i));
    }
    largest_ +=
        static_cast<float>(2 * exact_x_.row(d).cwiseAbs().maxCoeff() * exact_y_.row(d).cwiseAbs().maxCoeff());
  }
}

SingleCosts::SingleCosts(CostRows& costs, const SingleKernels& kernels)
    : kernels_(kernels),
      size_(costs.size()),
      stride_(padded(size_)),
      plane_(false),
      costs_(&costs),
      matrix_(place(size_ * stride_), 0) {
  double largest = 0;
  for (Index i = 0; i < size_; ++i)
    largest = std::max(largest, Eigen::Map<const Vector>(costs.row(i), size_).lpNorm<Eigen::Infinity>());
  if (largest > 0) scale_ = std::ldexp(1, -std::ilogb(largest));
  largest_ = static_cast<float>(largest * scale_);
  for (Index i = 0; i < size_; ++i)
    Eigen::Map<Eigen::VectorXf>(matrix_.data() + i * stride_, size_) =
        (scale_ * Eigen::Map<const Vector>(costs.row(i), size_)).cast<float>();
}

std::vector<float> SingleCosts::start() const {
  std::vector<float> offset(place(stride_), std::numeric_limits<float>::infinity());
  for (Index j = 0; j < size_; ++j)
    offset[place(j)] = plane_ ? static_cast<float>(exact_y_.col(j).squaredNorm()) : 0;
  return offset;
}

RowGroup SingleCosts::group(const std::int32_t* rows, int count) const {
  RowGroup group;
  for (int r = 0; r < row_group; ++r) {
    const auto i = static_cast<std::size_t>(rows[r < count ? r : 0]);
    if (plane_)
      for (int d = 0; d < plane_dim; ++d) group.slope[d][r] = slope_[d][i];
    else
      group.cost[r] = matrix_.data() + i * place(stride_);
  }
  return group;
}

void SingleCosts::best_two(const std::int32_t* rows, int count, const std::vector<float>& offset,
                           SingleBestTwo* found) const {
  kernels_.best_two(group(rows, count), columns(offset), plane_, found);
}

void SingleCosts::reach(const Reach& from, const std::vector<float>& offset, const float* looked_at,
                        float* distance, std::int32_t* previous, NearestOfClasses* nearest) const {
  kernels_.reach(group(from.row, row_group), columns(offset), plane_, from, looked_at, distance, previous,
                 nearest);
}

void SingleCosts::near(Index row, const std::vector<float>& offset, float limit, std::uint32_t* bits) const {
  const auto number = static_cast<std::int32_t>(row);
  kernels_.near(group(&number, 1), columns(offset), plane_, limit, bits);
}

}  // namespace fm
