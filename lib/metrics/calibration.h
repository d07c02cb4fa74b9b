// Whether rows are as dense under a model as the model's own draws are: if they are of its law, their
// log-densities are of one law. Quantiles of a density are regions of highest density (Hyndman 1996,
// "Computing and graphing highest density regions"): the share of rows below the q-quantile is how many lie
// outside the region that holds 1 - q of the model.
#pragma once

#include <array>
#include <cstdint>

#include "core/types.h"

namespace fm {

/// The q of the shares.
constexpr std::array calibration_levels = {0.05, 0.25, 0.5, 0.75, 0.95};

struct Calibration {
  Index rows = 0, draws = 0;
  /// Of rows whose log-density is below the q-quantile of the draws' (nearest rank), for each level q: q but
  /// for chance if the model is right; above q for small q if rows lie where the model hardly is.
  std::array<double, calibration_levels.size()> below = {};
  double ks = 0, p_value = 1;               ///< ks_test(): that both are of one law of log-densities
  Index tested_rows = 0, tested_draws = 0;  ///< that took part in it
};

/// Log-densities of rows (n) and of the model's own draws (m), n, m >= 1, finite, in one unit, whichever.
/// `seed` draws which take part in the test where there are more than 4000. Cost O(n log n + m log m +
/// 4000^2).
Calibration calibrate(VectorIn rows, VectorIn draws, std::uint64_t seed);

}  // namespace fm
