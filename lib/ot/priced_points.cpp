#include "ot/priced_points.h"

#include <algorithm>
#include <limits>

namespace fm {

PricedPoints::PricedPoints(PointsIn y, const ExtraRows& extra)
    : scan_(&scan_kernels()),
      extra_(extra),
      size_(y.cols()),
      stride_((size_ + scan_block - 1) / scan_block * scan_block),
      y_(Points::Zero(stride_, y.rows())),
      price_(static_cast<std::size_t>(stride_), -std::numeric_limits<double>::infinity()) {
  y_.topRows(size_) = y.transpose();
  std::fill(price_.begin(), price_.begin() + size_, 0.0);
}

BestTwo PricedPoints::nearest(VectorIn x, std::vector<double>& costs) const {
  costs.resize(static_cast<std::size_t>(stride_));
  const Index places = y_.cols() - extra_.classes;
  scan_->squared_distances(x.data(), y_.data(), places, stride_, costs.data());
  scan_->add_class_costs(x.data() + places, y_.data() + places * stride_, extra_.classes, stride_,
                         extra_.class_cost, costs.data());
  return scan_->best_two(costs.data(), price_.data(), stride_);
}

}  // namespace fm
