#include "metrics/marginals.h"

#include <algorithm>
#include <cmath>

#include "core/numeric.h"
#include "core/parallel.h"
#include "metrics/metric.h"
#include "metrics/resampling.h"
#include "ot/one_dimensional.h"

namespace fm {

namespace {

constexpr Index most_rows = 4000;

Vector sorted_row(const Points& points, Index d) {
  Vector row = points.row(d).transpose();
  std::sort(row.begin(), row.end());
  return row;
}

/// Centred rows (D, N) of length 1; 0 for constant columns.
Points directions_of(PointsIn points) {
  Points centred = points.colwise() - mean_point(points);
  for (Index d = 0; d < centred.rows(); ++d) {
    const double norm = centred.row(d).norm();
    // What is left of a constant column is the rounding of its mean.
    const double rounding =
        4e-16 * std::sqrt(static_cast<double>(points.cols())) * points.row(d).cwiseAbs().maxCoeff();
    centred.row(d) *= norm > rounding ? 1 / norm : 0;
  }
  return centred;
}

void compare_correlations(PointsIn samples, PointsIn reference, MarginalReport& report) {
  const Points x = directions_of(samples), y = directions_of(reference);
  const Points a = x * x.transpose(), b = y * y.transpose();
  for (Index i = 0; i < a.rows(); ++i)
    for (Index j = 0; j < i; ++j) {
      if (a(i, i) == 0 || a(j, j) == 0 || b(i, i) == 0 || b(j, j) == 0) continue;
      const double difference = std::abs(a(i, j) - b(i, j));
      if (report.first != report.second && difference <= report.largest_correlation_difference) continue;
      report.largest_correlation_difference = difference;
      report.first = j;
      report.second = i;
    }
}

}  // namespace

double ks_statistic(VectorIn x, VectorIn y) {
  const auto n = static_cast<double>(x.size()), m = static_cast<double>(y.size());
  double largest = 0;
  for (Index i = 0, j = 0; i < x.size() && j < y.size();) {
    const double value = std::min(x[i], y[j]);
    while (i < x.size() && x[i] == value) ++i;
    while (j < y.size() && y[j] == value) ++j;
    largest = std::max(largest, std::abs(static_cast<double>(i) / n - static_cast<double>(j) / m));
  }
  return largest;
}

double ks_p_value(double ks, Index n, Index m) {
  // Place (i, j): i values of x and j of y are below. reached(j) is the probability that a path from (0, 0)
  // to (i, j), all equally likely, has come to |i / n - j / m| >= ks. Half a step of the lattice is for
  // rounding.
  const double step = 1 / (static_cast<double>(n) * static_cast<double>(m));
  const auto beyond = [&](Index i, Index j) {
    return std::abs(static_cast<double>(i) / static_cast<double>(n) -
                    static_cast<double>(j) / static_cast<double>(m)) >= ks - step / 2;
  };
  Vector reached = Vector::Zero(m + 1);
  for (Index i = 0; i <= n; ++i)
    for (Index j = 0; j <= m; ++j) {
      if (beyond(i, j)) {
        reached[j] = 1;
      } else if (i + j > 0) {
        const double above = i > 0 ? static_cast<double>(i) * reached[j] : 0,
                     left = j > 0 ? static_cast<double>(j) * reached[j - 1] : 0;
        reached[j] = (above + left) / static_cast<double>(i + j);
      }
    }
  return reached[m];
}

MarginalReport compare_marginals(PointsIn samples, PointsIn reference, std::uint64_t seed) {
  check_clouds(samples, reference);
  MarginalReport report;
  report.sample_rows = std::min(samples.cols(), most_rows);
  report.reference_rows = std::min(reference.cols(), most_rows);
  report.columns.resize(static_cast<std::size_t>(samples.rows()));
  const Points x = random_subset(samples, report.sample_rows, Random{seed, Purpose::subsets}.row(0)),
               y = random_subset(reference, report.reference_rows,
                                 Random{seed, Purpose::reference_subsets}.row(0));
  const Vector mean = mean_point(samples), reference_mean = mean_point(reference);
  parallel_chunks(samples.rows(), 1, [&](Index d, Index, Index) {
    Marginal& column = report.columns[static_cast<std::size_t>(d)];
    column.mean = mean[d];
    column.reference_mean = reference_mean[d];
    column.std = std::sqrt((samples.row(d).array() - mean[d]).square().mean());
    column.reference_std = std::sqrt((reference.row(d).array() - reference_mean[d]).square().mean());
    column.w1 = wasserstein_1d(samples.row(d).transpose(), reference.row(d).transpose(), 1);
    column.ks = ks_statistic(sorted_row(x, d), sorted_row(y, d));
    column.p_value = ks_p_value(column.ks, report.sample_rows, report.reference_rows);
  });
  compare_correlations(samples, reference, report);
  return report;
}

}  // namespace fm
