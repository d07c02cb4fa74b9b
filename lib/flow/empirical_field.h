// The exact field of a finite data set: what perfect training would learn from these rows and nothing else.
// It memorises: following it draws the rows themselves.
//   u_t(x) = sum_i w_i(x) u_t(x | x1_i),   w_i proportional to c_i N(x; alpha x1_i, sigma^2 I)
// for a normal source independent of the rows, c_i the weights of the rows. Source: Lipman et al. 2023,
// arXiv:2210.02747, eq. 8. Everything here costs O(N M D) and throws numeric error "time-domain" for a time
// outside domain(). Shapes: t (N); x, v, ... (D, N), outputs may not overlap inputs.
#pragma once

#include <vector>

#include "flow/exact_field.h"
#include "flow/scheduler.h"

namespace fm {

class EmpiricalField final : public ExactField {
 public:
  /// target (D, M), M >= 1, in coordinates. Every row has the same weight.
  EmpiricalField(PointsIn target, const Scheduler& scheduler);
  /// weights (M) of any sum. Throws data error "row-weights" if one is negative or not finite, or all are 0.
  EmpiricalField(PointsIn target, VectorIn weights, const Scheduler& scheduler);

  Index dim() const override { return rows_.cols(); }
  /// Ends at exact_domain_end() for the standard deviation of the rows (root mean square over the columns):
  /// at t = 1 the law is the rows alone and has no velocity. Members that end with noise (lipman, ve) end in
  /// the kernel density estimate of the rows with bandwidth sigma(1), reach t = 1 and have no last step.
  TimeDomain domain() const override { return {0, end_}; }
  Scheduler scheduler() const override { return scheduler_; }
  void evaluate(VectorIn t, PointsIn x, PointsOut v) const override;
  /// dv = (d_sigma/sigma) dx + (d_alpha - alpha d_sigma/sigma) (alpha/sigma^2) Cov[x1 | x_t = x] dx.
  void tangent(VectorIn t, PointsIn x, PointsIn dx, PointsOut v, PointsOut dv) const override;
  void divergence(VectorIn t, PointsIn x, PointsOut v, VectorOut div) const override;
  void endpoint(PointsIn x, PointsOut x1) const override;
  PathNoise noise() const override { return SourceNoise{}; }
  void predict(VectorIn t, PointsIn x, PointsOut x1, PointsOut x0, PointsOut noise) const override;
  PathStart start() const override;

  /// mean = E[x1 | x_t = x].
  void posterior_mean(VectorIn t, PointsIn x, PointsOut mean) const;
  /// w(i, n) = P[x1 = row i | x_t = x_n], (M, N); 0 for a row of weight 0.
  void posterior_weights(VectorIn t, PointsIn x, PointsOut w) const;
  /// score = grad log p_t(x) = (alpha E[x1 | x_t = x] - x) / sigma^2.
  void score(VectorIn t, PointsIn x, PointsOut score) const override;
  /// log_p(n) = log p_t(x_n), (N).
  void log_density(VectorIn t, PointsIn x, VectorOut log_p) const override;

 private:
  /// Weights of all rows at one point, as exp(exponent_i - largest) / total.
  struct Posterior {
    double largest = 0, total = 0;
    Vector mean;
  };
  using Chunk = Eigen::Ref<Eigen::ArrayXd>;

  void set_exponents(const SchedulerValue& s, VectorIn x, Index begin, Chunk exponent) const;
  Posterior posterior(const SchedulerValue& s, VectorIn x) const;
  Vector covariance_times(const SchedulerValue& s, VectorIn x, const Posterior& p, VectorIn dx) const;
  double variance(const SchedulerValue& s, VectorIn x, const Posterior& p) const;
  template <class Visitor>
  void for_each_chunk(const SchedulerValue& s, VectorIn x, const Visitor& visit) const;
  template <class Visitor>
  void for_each_point(VectorIn t, PointsIn x, const Visitor& visit) const;

  // (M', D), the M' <= M rows of weight above 0: a column's rows lie side by side, so that the loops over
  // rows vectorise.
  Eigen::ArrayXXd rows_;
  Eigen::ArrayXd log_weights_;  // (M'), relative to the largest
  double log_total_;            // of these weights
  std::vector<Index> places_;   // (M'), of the rows in the target
  Index count_;                 // M
  Scheduler scheduler_;
  double end_;
};

}  // namespace fm
