// The exact field of a finite data set: what perfect training would learn from these rows and nothing else.
// It memorises: following it draws the rows themselves.
//   u_t(x) = sum_i w_i(x) u_t(x | x1_i),   w_i proportional to N(x; alpha x1_i, sigma^2 I)
// for a normal source independent of the rows. Source: Lipman et al. 2023, arXiv:2210.02747, eq. 8.
#pragma once

#include "flow/scheduler.h"
#include "flow/velocity_field.h"

namespace fm {

class EmpiricalField final : public VelocityField {
 public:
  /// target (D, M), M >= 1, in coordinates. Every row has the same weight.
  EmpiricalField(PointsIn target, const Scheduler& scheduler);

  Index dim() const override { return rows_.cols(); }
  /// Members that end with noise (lipman, ve) end in the kernel density estimate of the rows with bandwidth
  /// sigma(1); they reach t = 1 unless that is below the limit that follows, and have no last step.
  /// For the others the law at t = 1 is the rows alone and has no velocity. The domain ends where sigma is
  /// 1e-4 of a standard deviation of the rows (root mean square over the columns), or of the source if that
  /// is smaller. There the weight of a row at distance d from the one that x_t belongs to is exp(-d^2 / (2
  /// sigma^2) + z d / sigma), z the noise of x_t in that direction: below 2^-53 for |z| < 4 and d > 14 sigma,
  /// about a thousandth of a standard deviation, so that the exact last step x1 = E[x1 | x_t] lands on a row.
  TimeDomain domain() const override { return {0, end_}; }
  Scheduler scheduler() const override { return scheduler_; }
  /// Cost O(N M D). Throws numeric error "time-domain" for t > domain().end.
  void evaluate(VectorIn t, PointsIn x, PointsOut v) const override;
  void endpoint(PointsIn x, PointsOut x1) const override;
  PathStart start() const override;

  /// mean = E[x1 | x_t = x]. t (N) in domain(), else as evaluate(); x, mean (D, N), may not overlap.
  void posterior_mean(VectorIn t, PointsIn x, PointsOut mean) const;

 private:
  Vector posterior_mean(const SchedulerValue& s, VectorIn x) const;

  // (M, D): a column's rows lie side by side, so that the loops over rows vectorise.
  Eigen::ArrayXXd rows_;
  Scheduler scheduler_;
  double end_;
};

}  // namespace fm
