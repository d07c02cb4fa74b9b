// Sinkhorn divergence: entropic transport freed of its bias, between the squared Wasserstein distance (reg ->
// 0) and a kernel distance (reg -> infinity). Source: Feydy et al. 2019, "Interpolating between optimal
// transport and MMD using Sinkhorn divergences", arXiv:1810.08278.
#pragma once

#include <cstdint>

#include "core/types.h"

namespace fm {

struct SinkhornDivergenceOptions {
  double reg = 1;                       ///< > 0, in squared units of the coordinates
  double tolerance = 1e-9;              ///< largest L1 error of a marginal of mass 1, > 0
  std::int64_t max_iterations = 10000;  ///< of each of the three problems, at the last reg
};

/// S = OT(x, y) - OT(x, x) / 2 - OT(y, y) / 2 >= 0 with
///   OT(x, y) = min over P with marginals a, b of  sum_ij P_ij |x_i - y_j|^2 + reg KL(P | a b^T)
///            = a.f + b.g  at the solution of  f_i = -reg log sum_j b_j exp((g_j - c_ij) / reg)  and its
///            mirror
/// image. Tends to W_2^2 as reg -> 0 and to |mean x - mean y|^2, the kernel distance of -|x - y|^2 / 2, as
/// reg
/// -> infinity; 0 for equal clouds. x (D, n), y (D, m); a (n), b (m) >= 0 of any sums above 0, divided by
/// them, or empty for equal masses. In the log domain; x against itself by the symmetric update f <- (f +
/// Tf) / 2; both accelerated (ot/anderson.h). Costs are made in rows, on all threads: time O(D (n + m)^2) an
/// iteration, memory O((D + 40) (n + m)); the same bits for any number of threads. Throws data errors
/// "cloud-columns", "cloud-size" (no points), "not-finite", "masses", usage error "sinkhorn-reg" (reg or
/// tolerance not above 0), numeric error "sinkhorn-iterations".
double sinkhorn_divergence(PointsIn x, PointsIn y, const SinkhornDivergenceOptions& options,
                           const Vector& a = {}, const Vector& b = {});

}  // namespace fm
