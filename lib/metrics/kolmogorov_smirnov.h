// The test of Kolmogorov and Smirnov: how far the distribution functions of two lists of numbers are apart.
#pragma once

#include <cstdint>

#include "core/types.h"

namespace fm {

/// sup |F - G| of sorted samples (n) and (m).
double ks_statistic(VectorIn x, VectorIn y);

/// Probability that the statistic is at least `ks` for n and m independent values of one continuous law, by
/// paths on the lattice (Hodges 1958, "The significance probability of the Smirnov two-sample test"). Cost
/// O(n m).
double ks_p_value(double ks, Index n, Index m);

struct KsTest {
  double statistic = 0;          ///< sup |F - G|
  double p_value = 1;            ///< of it by its exact law; where values tie it is too large, if anything
  Index x_rows = 0, y_rows = 0;  ///< that took part
};

/// The test of x (n) and y (m), n, m >= 1, in any order; of at most 4000 of each, which `seed` draws, the
/// same places for all of these lengths. Cost O(n + m + 4000^2).
KsTest ks_test(VectorIn x, VectorIn y, std::uint64_t seed);

}  // namespace fm
