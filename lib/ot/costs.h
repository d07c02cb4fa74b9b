// The costs of an assignment problem, row by row: kept as a matrix while that is small, else computed when
// asked for.
#pragma once

#include <vector>

#include "core/types.h"
#include "ot/extra_rows.h"
#include "ot/scan.h"

namespace fm {

/// Costs c_ij of n rows and n columns; each row padded with zeros to `stride` numbers.
class CostRows {
 public:
  /// c_ij = |x_i - y_j|^2, or what extra rows say; x, y (D, n). The matrix is kept if it needs at most
  /// `matrix_limit` bytes.
  CostRows(PointsIn x, PointsIn y, const ScanKernels& scan, const ExtraRows& extra = {});
  /// c_ij = costs(i, j), (n, n).
  CostRows(PointsIn costs, const ScanKernels& scan);

  /// 512 MiB: n = 8192.
  static constexpr std::size_t matrix_limit = std::size_t{1} << 29;

  Index size() const { return size_; }
  Index stride() const { return stride_; }
  bool kept() const { return kept_; }
  /// Row i (stride); valid until the next call.
  const double* row(Index i) {
    if (kept_) return values_.data() + i * stride_;
    compute(i, values_.data());
    return values_.data();
  }

 private:
  void compute(Index i, double* costs) const;

  const ScanKernels& scan_;
  ExtraRows extra_;
  Index size_, stride_;
  bool kept_;
  Points x_;                    // (D, n)
  Eigen::MatrixXd y_;           // (stride, D): each dimension's numbers side by side
  std::vector<double> values_;  // the matrix (stride, n), or one row
};

}  // namespace fm
