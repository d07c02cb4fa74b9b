// The kinetic energies of a flow between p_0 and p_1, and how far it is from the least:
//   W_2^2(p_0, p_1) <= E int |v_t(X_t)|^2 dt <= E int |d/dt psi_t(X_0 | X_1)|^2 dt
// The first inequality is that of Benamou and Brenier 2000, the second Jensen's for v = E[d/dt psi | X_t].
// Straightness S = int E|(Z_T - Z_0) / T - dZ/dt|^2 dt over [0, T] is zero for flows along straight lines at
// constant speed (Liu et al. 2023, arXiv:2209.03003, for T = 1); NPE = |E int |v|^2 dt - W_2^2| / W_2^2
// (Tong et al. 2024, arXiv:2302.00482). All in squared units of the coordinates.
#pragma once

#include <cstdint>
#include <optional>

#include "core/numeric.h"
#include "flow/exact_path.h"
#include "ode/solver.h"

namespace fm {

/// W_2^2 between two normal laws: |m_0 - m_1|^2 + tr(A + B - 2 (A^{1/2} B A^{1/2})^{1/2}). For any two laws
/// of these means (D) and covariances (D, D) it is a lower bound. Source: Gelbrich 1990, "On a formula for
/// the L2 Wasserstein metric between measures on Euclidean and Hilbert spaces".
double normal_w2_squared(const Vector& mean0, const Points& covariance0, const Vector& mean1,
                         const Points& covariance1);

/// E int_0^1 |d/dt psi_t|^2 dt for the pairs of a normal x0 and x1 (the last term is 0 if independent):
///   E|x1|^2 int d_alpha^2 dt + D int d_sigma^2 dt + 2 E x0.x1 int d_alpha d_sigma dt,
/// infinite for vp and linear-vp.
double conditional_energy(const ExactPath& path);

/// The means of values (N) of points whose controls (K, N) are known to have mean 0, by least squares on them
/// (Owen 2013, "Monte Carlo theory, methods and examples", section 8.9): exact where values are linear in the
/// controls; biased by O(1/N). N > K + 1.
Estimate controlled_mean(VectorIn values, PointsIn controls);

/// What moving points along a field took.
struct FlowEnergy {
  double t_end = 1;       ///< T, where the points stopped: the end of the field's domain
  Estimate energy;        ///< E int_0^T |v_t(Z_t)|^2 dt
  Estimate straightness;  ///< S
};

/// `count` points of the path's law at t = 0 moved along `field` by `solver`, with their energies among the
/// rows it integrates. The means are controlled by |x0|^2 - D and x0 . E x1. Both are infinite, and no point
/// moves, for the path's own field under vp and linear-vp to a law that lies on points or in a subspace,
/// where |v| grows as 1/sqrt(1 - t). count >= 10. Throws what solve() does.
FlowEnergy flow_energy(const ExactPath& path, const VelocityField& field, const Solver& solver, Index count,
                       std::uint64_t seed);

/// W_2^2 between the two ends of a path.
struct EndsDistance {
  double lower_bound = 0;  ///< normal_w2_squared() of the ends' moments
  Estimate w2_squared;     ///< itself, if the ends are normal; else between samples, too large by a bias
  std::optional<Estimate> floor;  ///< W_2^2 between two samples of the target's end: that bias' size
  Index rows = 0, repeats = 0;    ///< of the samples; 0 where none were needed
};

/// Means over `repeats` >= 2 pairs of samples of `rows` points each.
EndsDistance ends_distance(const ExactPath& path, Index rows, Index repeats, std::uint64_t seed);

/// NPE, with the standard error of a quotient of independent means (to first order).
Estimate normalised_path_energy(const Estimate& energy, const Estimate& w2_squared);

}  // namespace fm
