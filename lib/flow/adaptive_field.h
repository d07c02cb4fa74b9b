// The exact field of a finite data set under adaptive paths (flow/adaptive_path.h) from a normal source that
// is independent of the rows: with sigma_i = sigma + h_i alpha,
//   p_t(x) = sum_i c_i N(x; alpha x1_i, sigma_i^2 I),   c_i the shares of the rows, 1/M or by weight,
//   v_t(x) = sum_i w_i(x) u_i(x),   w_i proportional to c_i N(x; alpha x1_i, sigma_i^2 I),
//   u_i(x) = rate_i (x - alpha x1_i) + d_alpha x1_i,   rate_i = (d_sigma + h_i d_alpha) / sigma_i.
// No sigma_i ever vanishes, so that it is smooth up to t = 1, where p_1 is the variable-bandwidth kernel
// density estimate of the rows. Source: Lipman et al. 2023, arXiv:2210.02747, eq. 8, 10 and 15. Everything
// here costs O(N M D) and throws numeric error "time-domain" for a time outside [0, 1]. Shapes: t (N); x, v,
// ... (D, N), outputs may not overlap inputs.
#pragma once

#include "flow/exact_field.h"
#include "flow/scheduler.h"

namespace fm {

class AdaptiveField final : public ExactField {
 public:
  /// target (D, M), M >= 1, and bandwidths h (M) > 0, in coordinates. Throws check_adaptive_scheduler()'s.
  AdaptiveField(PointsIn target, VectorIn bandwidths, const Scheduler& scheduler);
  /// weights (M) > 0 of any sum.
  AdaptiveField(PointsIn target, VectorIn bandwidths, VectorIn weights, const Scheduler& scheduler);

  Index dim() const override { return rows_.cols(); }
  /// Under it the pair (x0, end) moves; what conversions call x1 is the end, x1 + h x0.
  Scheduler scheduler() const override { return scheduler_; }
  void evaluate(VectorIn t, PointsIn x, PointsOut v) const override;
  /// dv = E[rate | x_t = x] dx + Cov[u, g | x_t = x] dx, g_i = -(x - alpha x1_i) / sigma_i^2.
  void tangent(VectorIn t, PointsIn x, PointsIn dx, PointsOut v, PointsOut dv) const override;
  void divergence(VectorIn t, PointsIn x, PointsOut v, VectorOut div) const override;

  bool knows_score() const override { return true; }
  /// Of a mixture of rows, each with KernelNoise of its own bandwidth h_i.
  void step_law(double t, double t_new, PointsIn x, const KeptNoise& kept, PointsOut mean,
                VectorOut std) const override;

  /// score = grad log p_t(x) = E[g | x_t = x].
  void score(VectorIn t, PointsIn x, PointsOut score) const override;
  void log_density(VectorIn t, PointsIn x, VectorOut log_p) const override;

 private:
  /// All rows at one time, and their weights at one point.
  struct Posterior;
  template <class Visitor>
  void for_each_point(VectorIn t, PointsIn x, const Visitor& visit) const;

  Eigen::ArrayXXd rows_;  // (M, D): a column's rows lie side by side, so that the loops over rows vectorise
  Eigen::ArrayXd bandwidths_;  // (M)
  Eigen::ArrayXd log_shares_;  // (M)
  Scheduler scheduler_;
};

}  // namespace fm
