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
  double ks = 0;                      ///< Kolmogorov-Smirnov: sup |F - G|
  double p_value = 1;  ///< of ks by its exact law; where values tie it is too large, if anything
};

struct MarginalReport {
  std::vector<Marginal> columns;
  double largest_correlation_difference = 0;  ///< over pairs of columns that are constant on neither side
  Index first = 0, second = 0;                ///< that pair; equal where there is none
  Index sample_rows = 0, reference_rows = 0;  ///< in ks and its p-value: at most 4000 of each, at random
};

/// samples (D, n), reference (D, m), n, m >= 1. Moments and W1 are of all rows. Cost O(D (D + log n) n +
/// 4000^2 D). Throws what check_clouds() does.
MarginalReport compare_marginals(PointsIn samples, PointsIn reference, std::uint64_t seed);

/// sup |F - G| of sorted samples (n) and (m).
double ks_statistic(VectorIn x, VectorIn y);

/// Probability that the statistic is at least `ks` for n and m independent values of one continuous law, by
/// paths on the lattice (Hodges 1958, "The significance probability of the Smirnov two-sample test"). Cost
/// O(n m).
double ks_p_value(double ks, Index n, Index m);

}  // namespace fm
