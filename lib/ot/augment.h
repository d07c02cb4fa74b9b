// The exact part of the assignment: shortest augmenting paths from given prices.
// Source: Jonker and Volgenant 1987, "A shortest augmenting path algorithm for dense and sparse linear
// assignment problems", steps "augmenting row reduction" and "augmentation"; the prices take the place of
// their column reduction.
#pragma once

#include <vector>

#include "ot/costs.h"

namespace fm {

/// The optimal assignment, row i with column to_i, from any `price` (stride; -inf in the padding), which
/// becomes an optimal v: c_i,to_i - v_to_i = min_j (c_ij - v_j) up to rounding. Ends after at most n^2 + 2 n
/// scans of rows.
std::vector<Index> augment(CostRows& costs, const ScanKernels& scan, std::vector<double>& price);

}  // namespace fm
