#include "metrics/calibration.h"

#include <algorithm>
#include <vector>

#include "data/column_statistics.h"
#include "metrics/kolmogorov_smirnov.h"

namespace fm {

Calibration calibrate(VectorIn rows, VectorIn draws, std::uint64_t seed) {
  Calibration result;
  result.rows = rows.size();
  result.draws = draws.size();
  std::vector<double> own(draws.begin(), draws.end());
  std::sort(own.begin(), own.end());
  for (std::size_t k = 0; k < calibration_levels.size(); ++k) {
    result.below[k] = (rows.array() < nearest_rank(own, calibration_levels[k])).cast<double>().mean();
  }
  const KsTest test = ks_test(rows, draws, seed);
  result.tested_rows = test.x_rows;
  result.tested_draws = test.y_rows;
  result.ks = test.statistic;
  result.p_value = test.p_value;
  return result;
}

}  // namespace fm
