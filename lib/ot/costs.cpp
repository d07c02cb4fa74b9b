#include "ot/costs.h"

namespace fm {

namespace {

Index padded(Index count) {
  return (count + scan_block - 1) / scan_block * scan_block;
}

}  // namespace

CostRows::CostRows(PointsIn x, PointsIn y, const ScanKernels& scan, const ExtraRows& extra)
    : scan_(scan),
      extra_(extra),
      size_(x.cols()),
      stride_(padded(size_)),
      x_(x),
      y_(Eigen::MatrixXd::Zero(stride_, x.rows())) {
  y_.topRows(size_) = y.transpose();
  const auto all = static_cast<std::size_t>(size_ * stride_);
  kept_ = all <= matrix_limit / sizeof(double);
  values_.resize(kept_ ? all : static_cast<std::size_t>(stride_));
  if (!kept_) return;
  for (Index i = 0; i < size_; ++i) compute(i, values_.data() + i * stride_);
}

CostRows::CostRows(PointsIn costs, const ScanKernels& scan)
    : scan_(scan), size_(costs.rows()), stride_(padded(size_)), kept_(true) {
  values_.assign(static_cast<std::size_t>(size_ * stride_), 0.0);
  Eigen::Map<Eigen::MatrixXd>(values_.data(), stride_, size_).topRows(size_) = costs.transpose();
}

void CostRows::compute(Index i, double* costs) const {
  const Index places = x_.rows() - extra_.classes;
  const double* const x = x_.col(i).data();
  scan_.squared_distances(x, y_.data(), places, stride_, costs);
  scan_.add_class_costs(x + places, y_.data() + places * stride_, extra_.classes, stride_, extra_.class_cost,
                        costs);
}

}  // namespace fm
