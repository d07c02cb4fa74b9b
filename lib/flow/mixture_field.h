// The exact field of a mixture of normal laws sum_k w_k N(m_k, S_k), for a normal source independent of it.
// At time t the law of x_t is again a mixture, p_t = sum_k w_k N(alpha m_k, C_k), C_k = alpha^2 S_k +
// sigma^2 I, and with r_k(x) its posterior weights, proportional to w_k N(x; alpha m_k, C_k),
//   u_k = d_alpha m_k + G_k (x - alpha m_k),   G_k = (alpha d_alpha S_k + sigma d_sigma I) C_k^{-1},
//   v = sum r_k u_k,   score = sum r_k s_k,   s_k = -C_k^{-1} (x - alpha m_k),
//   dv/dx = sum r_k (G_k + (u_k - v) (s_k - score)^T),
//   E[x1 | x_t = x] = sum r_k (m_k + alpha S_k C_k^{-1} (x - alpha m_k)).
// Each u_k is the velocity between two normal laws; no formula divides by sigma. With S_k = Q diag(l) Q^T
// once and for all, C_k = Q diag(alpha^2 l + sigma^2) Q^T. Source: the posterior means of Lipman et al. 2024,
// arXiv:2412.06264, section 4.7, which for normal components are linear regressions.
// Everything here costs O(N K D^2) and throws numeric error "time-domain" for a time outside domain().
// Shapes: t (N); x, v, ... (D, N), outputs may not overlap inputs.
#pragma once

#include <vector>

#include "flow/exact_field.h"
#include "flow/mixture.h"
#include "flow/scheduler.h"

namespace fm {

class MixtureField final : public ExactField {
 public:
  /// target in coordinates.
  MixtureField(const Mixture& target, const Scheduler& scheduler);

  Index dim() const override { return means_.rows(); }
  /// Up to t = 1 if no covariance is singular, vp and linear-vp too, whose sigma d_sigma is finite there
  /// though d_sigma is not; a direction without variance is one whose eigenvalue is the
  /// rounding of the largest. Else up to exact_domain_end() for the standard deviation of the mixture (root
  /// mean square over the columns).
  TimeDomain domain() const override { return {0, end_}; }
  PathStart start() const override;
  Scheduler scheduler() const override { return scheduler_; }
  void evaluate(VectorIn t, PointsIn x, PointsOut v) const override;
  void tangent(VectorIn t, PointsIn x, PointsIn dx, PointsOut v, PointsOut dv) const override;
  void divergence(VectorIn t, PointsIn x, PointsOut v, VectorOut div) const override;
  void endpoint(PointsIn x, PointsOut x1) const override;
  PathNoise noise() const override { return SourceNoise{}; }
  void predict(VectorIn t, PointsIn x, PointsOut x1, PointsOut x0, PointsOut noise) const override;

  /// mean = E[x1 | x_t = x].
  void posterior_mean(VectorIn t, PointsIn x, PointsOut mean) const;
  /// r(k, n) = P[component k | x_t = x_n], (K, N).
  void posterior_weights(VectorIn t, PointsIn x, PointsOut r) const;
  /// score = grad log p_t(x).
  void score(VectorIn t, PointsIn x, PointsOut score) const override;
  /// log_p(n) = log p_t(x_n), (N).
  void log_density(VectorIn t, PointsIn x, VectorOut log_p) const override;

 private:
  class Posterior;
  /// Calls visit(n, posterior) with the posterior of point n.
  template <class Visitor>
  void for_each_point(VectorIn t, PointsIn x, const Visitor& visit) const;

  Vector log_weights_;        // (K)
  Points means_;              // (D, K)
  std::vector<Points> axes_;  // Q_k, K of (D, D)
  Points variances_;          // l of each component (D, K)
  Scheduler scheduler_;
  double end_;
};

}  // namespace fm
