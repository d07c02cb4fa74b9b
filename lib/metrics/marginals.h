// Column by column: how the law of each column of a cloud of samples differs from the reference's, and how
// their correlations do.
#pragma once

#include <cstdint>
#include <vector>

#include "core/types.h"

namespace fm {

struct Marginal {
  double mean = 0, reference_mean = 0;
  double std = 0, reference_std = 0;  ///< with divisor n
  double w1 = 0;                      ///< W1 of the two columns
  double ks = 0, p_value = 1;         ///< ks_test()
};

struct MarginalReport {
  std::vector<Marginal> columns;
  double largest_correlation_difference = 0;  ///< over pairs of columns that are constant on neither side
  Index first = 0, second = 0;                ///< that pair; equal where there is none
};

/// samples (D, n), reference (D, m), n, m >= 1. Moments and W1 are of all rows. Cost O(D (D + log n) n +
/// 4000^2 D). Throws what check_clouds() does.
MarginalReport compare_marginals(PointsIn samples, PointsIn reference, std::uint64_t seed);

}  // namespace fm
