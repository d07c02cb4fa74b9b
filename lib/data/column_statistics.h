// Statistics of the numbers in columns.
#pragma once

#include <cstdint>
#include <tuple>
#include <vector>

#include "core/fields.h"
#include "core/types.h"

namespace fm {

struct ColumnStatistics {
  std::int64_t count = 0;
  double mean = 0;
  double std = 0;  ///< divisor count, as training standardises
  double min = 0, q1 = 0, median = 0, q3 = 0, max = 0;

  /// All but the count.
  static constexpr auto fields() {
    using S = ColumnStatistics;
    return std::tuple{field("mean", &S::mean, "mean"),       field("std", &S::std, "standard deviation"),
                      field("min", &S::min, "smallest"),     field("q1", &S::q1, "lower quartile"),
                      field("median", &S::median, "median"), field("q3", &S::q3, "upper quartile"),
                      field("max", &S::max, "largest")};
  }
};

/// The quantile of level p in [0, 1] of `sorted` (n), n >= 1, ascending: linear between the order statistics
/// number floor(h) and floor(h) + 1 from 0, h = (n - 1) p. Type 7 of Hyndman and Fan 1996, numpy's default.
double quantile(const std::vector<double>& sorted, double p);

/// The least of `sorted` (n), n >= 1, ascending, that a share p in [0, 1] lies at or below: number ceil(n p)
/// from 1, type 1 of Hyndman and Fan 1996.
double nearest_rank(const std::vector<double>& sorted, double p);

/// Of the values that are not NaN; there must be one. Cost O(n log n).
ColumnStatistics column_statistics(const std::vector<double>& values);

/// Pearson's correlations (D, D) of D columns x (D, N), N >= 1: cov_ij / (std_i std_j), 1 on the diagonal,
/// within [-1, 1]. NaN where a column is constant.
Points correlation(PointsIn x);

}  // namespace fm
