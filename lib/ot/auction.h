// Prices near the dual optimum of an assignment problem, by an auction with falling increments.
// Source: Bertsekas 1988, "The auction algorithm: a distributed relaxation method for the assignment
// problem".
#pragma once

#include <vector>

#include "ot/costs.h"

namespace fm {

/// Lowers `price` (stride; zeros, -inf in the padding) towards v of the dual problem: max sum u_i + sum v_j
/// over u_i + v_j <= c_ij. A start for the exact method only: nothing is promised but that it ends, after a
/// number of scans of rows bounded by a constant times n.
void auction_prices(CostRows& costs, const ScanKernels& scan, std::vector<double>& price);

}  // namespace fm
