// The exact field of finitely many pairs under an affine path with noise: where a source file is joined to a
// data set row by row, x_t of a pair is a point without spread, so no law of x_t has a density. With a noise
// of constant standard deviation b around the path it has:
//   p_t(x | pair i) = N(x; mu_i, b^2 I),   mu_i = alpha x1_i + sigma x0_i,   u_i = d/dt mu_i,
//   v_t(x) = sum_i w_i(x) u_i,   w_i proportional to c_i p_t(x | pair i).
// It carries the sources with noise b to the targets with noise b. Source: Tong et al. 2024,
// arXiv:2302.00482 (I-CFM and OT-CFM: the coupling decides the pairs). Everything here costs O(N M D) and
// throws numeric error "time-domain" for a time outside domain(). Shapes: t (N); x, v, ... (D, N), outputs
// may not overlap inputs.
#pragma once

#include "flow/exact_field.h"
#include "flow/scheduler.h"

namespace fm {

class PairsField final : public ExactField {
 public:
  /// x0, x1 (D, M), M >= 1, in coordinates, pairs in equal columns; weights (M) > 0 of any sum; bridge_std >
  /// 0.
  PairsField(PointsIn x0, PointsIn x1, VectorIn weights, double bridge_std, const Scheduler& scheduler);

  Index dim() const override { return x0_.cols(); }
  /// Up to t = 1, but for vp and linear-vp, infinitely fast there, to exact_domain_end() for a law of
  /// deviation b: where sigma is 1e-4 of b, or of 1 if that is smaller.
  TimeDomain domain() const override { return {0, end_}; }
  void evaluate(VectorIn t, PointsIn x, PointsOut v) const override;
  /// dv = Cov[u, mu | x_t = x] dx / b^2.
  void tangent(VectorIn t, PointsIn x, PointsIn dx, PointsOut v, PointsOut dv) const override;
  void divergence(VectorIn t, PointsIn x, PointsOut v, VectorOut div) const override;
  /// x1 = x + E[x1_i - mu_i | x_t = x]: a step of the order of sigma, which is small beside b, so that the
  /// field's own course differs from it by the order of sigma^2 / b only.
  void endpoint(PointsIn x, PointsOut x1) const override;
  /// E[x1_i | x_t = x] and E[x0_i | x_t = x].
  void predict_ends(VectorIn t, PointsIn x, PointsOut x1, PointsOut x0) const override;
  /// path_start() of the weighted pairs: exact if their x1 are affine in their x0. The noise b is not in it.
  PathStart start() const override { return start_; }

  /// score = grad log p_t(x) = (E[mu | x_t = x] - x) / b^2, for any coupling.
  void score(VectorIn t, PointsIn x, PointsOut score) const override;
  /// log_p(n) = log p_t(x_n), (N).
  void log_density(VectorIn t, PointsIn x, VectorOut log_p) const override;

 private:
  /// All pairs at one time (M, D), and their weights at one point (M).
  struct Posterior;
  template <class Visitor>
  void for_each_point(VectorIn t, PointsIn x, const Visitor& visit) const;

  // (M, D): a column's rows lie side by side, so that the loops over pairs vectorise.
  Eigen::ArrayXXd x0_, x1_;
  Eigen::ArrayXd log_weights_;  // (M), of sum 1
  double variance_;             // b^2
  Scheduler scheduler_;
  double end_;
  PathStart start_;
};

}  // namespace fm
