#include "data/column_statistics.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/numeric.h"
#include "data/standardiser.h"

namespace fm {

double quantile(const std::vector<double>& sorted, double p) {
  const double h = static_cast<double>(sorted.size() - 1) * p;
  const auto below = static_cast<std::size_t>(h);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return std::lerp(sorted[below], sorted[above], h - static_cast<double>(below));
}

double nearest_rank(const std::vector<double>& sorted, double p) {
  const auto count = static_cast<double>(sorted.size());
  return sorted[static_cast<std::size_t>(std::max(std::ceil(p * count) - 1, 0.0))];
}

ColumnStatistics column_statistics(const std::vector<double>& values) {
  std::vector<double> sorted;
  for (const double value : values)
    if (!std::isnan(value)) sorted.push_back(value);
  std::sort(sorted.begin(), sorted.end());
  const auto count = static_cast<Index>(sorted.size());
  const Eigen::Map<const Points> row(sorted.data(), 1, count);
  const double mean = mean_point(row)(0);
  const double std = (row.array() - mean).matrix().stableNorm() / std::sqrt(static_cast<double>(count));
  return {count,
          mean,
          std,
          sorted.front(),
          quantile(sorted, .25),
          quantile(sorted, .5),
          quantile(sorted, .75),
          sorted.back()};
}

Points correlation(PointsIn x) {
  // Coordinates have variance 1, or are 0 in a constant column, whose deviations would be rounding.
  const Points z = to_coordinates(fit_standardiser(x, Standardize::columns), x);
  Points r = z * z.transpose() / static_cast<double>(x.cols());
  r = r.cwiseMax(-1).cwiseMin(1);
  for (Index i = 0; i < x.rows(); ++i) {
    const bool varies = (x.row(i).array() != x(i, 0)).any();
    if (!varies)
      r.row(i).setConstant(std::numeric_limits<double>::quiet_NaN()), r.col(i) = r.row(i).transpose();
    if (varies) r(i, i) = 1;
  }
  return r;
}

}  // namespace fm
