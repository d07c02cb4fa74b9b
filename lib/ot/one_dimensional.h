// Optimal transport on the line: the monotone coupling, by sorting. Santambrogio 2015, "Optimal Transport for
// Applied Mathematicians", proposition 2.17.
#pragma once

#include "core/types.h"

namespace fm {

/// W_p^p = integral over q in (0, 1) of |F^-1(q) - G^-1(q)|^p for the empirical laws of sorted x (n) and
/// sorted y (m), n and m at least 1, equal or not. Cost O(n + m).
double sorted_transport_cost(VectorIn x, VectorIn y, double p);

/// W_p of the empirical laws of x (n) and y (m) in any order, p >= 1, the root taken. Throws data error
/// "empty-cloud".
double wasserstein_1d(VectorIn x, VectorIn y, double p);

}  // namespace fm
