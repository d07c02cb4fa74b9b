#include "metrics/marginals.h"

#include <algorithm>
#include <cmath>

#include "core/numeric.h"
#include "core/parallel.h"
#include "data/column_statistics.h"
#include "metrics/kolmogorov_smirnov.h"
#include "metrics/metric.h"
#include "ot/one_dimensional.h"

namespace fm {

namespace {

void compare_correlations(PointsIn samples, PointsIn reference, MarginalReport& report) {
  const Points a = correlation(samples), b = correlation(reference);
  for (Index i = 0; i < a.rows(); ++i)
    for (Index j = 0; j < i; ++j) {
      const double difference = std::abs(a(i, j) - b(i, j));
      if (std::isnan(difference)) continue;
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
