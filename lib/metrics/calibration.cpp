#include "metrics/calibration.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "metrics/marginals.h"
#include "metrics/resampling.h"

namespace fm {

namespace {

constexpr Index most_tested = 4000;

Vector sorted(Vector values) {
  std::sort(values.begin(), values.end());
  return values;
}

/// At most most_tested of the values, in rising order.
Vector tested(VectorIn values, const Random& random) {
  const Points row = values.transpose();
  return sorted(random_subset(row, std::min(values.size(), most_tested), random.row(0)).transpose());
}

}  // namespace

Calibration calibrate(VectorIn rows, VectorIn draws, std::uint64_t seed) {
  Calibration result;
  result.rows = rows.size();
  result.draws = draws.size();
  const Vector own = sorted(draws);
  for (std::size_t k = 0; k < calibration_levels.size(); ++k) {
    const double rank = std::ceil(calibration_levels[k] * static_cast<double>(own.size()));
    const double quantile = own[std::max<Index>(static_cast<Index>(rank) - 1, 0)];
    result.below[k] = (rows.array() < quantile).cast<double>().mean();
  }
  const Vector x = tested(rows, {seed, Purpose::subsets}),
               y = tested(draws, {seed, Purpose::reference_subsets});
  result.tested_rows = x.size();
  result.tested_draws = y.size();
  result.ks = ks_statistic(x, y);
  result.p_value = ks_p_value(result.ks, x.size(), y.size());
  return result;
}

}  // namespace fm
