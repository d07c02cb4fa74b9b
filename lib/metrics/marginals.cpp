#include "metrics/marginals.h"

#include <algorithm>
#include <cmath>

#include "core/numeric.h"
#include "core/parallel.h"
#include "metrics/kolmogorov_smirnov.h"
#include "metrics/metric.h"
#include "ot/one_dimensional.h"

namespace fm {

namespace {

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

MarginalReport compare_marginals(PointsIn samples, PointsIn reference, std::uint64_t seed) {
  check_clouds(samples, reference);
  MarginalReport report;
  report.columns.resize(static_cast<std::size_t>(samples.rows()));
  const Vector mean = mean_point(samples), reference_mean = mean_point(reference);
  parallel_chunks(samples.rows(), 1, [&](Index d, Index, Index) {
    Marginal& column = report.columns[static_cast<std::size_t>(d)];
    column.mean = mean[d];
    column.reference_mean = reference_mean[d];
    column.std = std::sqrt((samples.row(d).array() - mean[d]).square().mean());
    column.reference_std = std::sqrt((reference.row(d).array() - reference_mean[d]).square().mean());
    const Vector x = samples.row(d).transpose(), y = reference.row(d).transpose();
    column.w1 = wasserstein_1d(x, y, 1);
    const KsTest test = ks_test(x, y, seed);
    column.ks = test.statistic;
    column.p_value = test.p_value;
  });
  compare_correlations(samples, reference, report);
  return report;
}

}  // namespace fm
