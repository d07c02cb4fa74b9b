#include "flow/adaptive_field.h"

#include <cmath>
#include <numbers>

#include "core/numeric.h"
#include "flow/adaptive_path.h"
#include "flow/exact_domain.h"

namespace fm {

struct AdaptiveField::Posterior {
  explicit Posterior(const Eigen::ArrayXXd& all) : rows(all) {}

  const Eigen::ArrayXXd& rows;  // (M, D)
  double time = -1;
  SchedulerValue s{};
  Eigen::ArrayXd rate, precision, log_factor;  // of each row at the time (M); precision 1 / sigma_i^2
  Eigen::ArrayXd weights;                      // of the rows at a point, sum 1 (M)
  double log_density = 0;

  /// One column, d, of what the rows say at the point x: x - alpha x1_i, u_i and g_i (M).
  auto offset(VectorIn x, Index d) const { return x(d) - s.alpha * rows.col(d); }
  auto velocity(VectorIn x, Index d) const { return rate * offset(x, d) + s.d_alpha * rows.col(d); }
  auto gradient(VectorIn x, Index d) const { return -precision * offset(x, d); }

  void set_time(double t, const Scheduler& scheduler, const Eigen::ArrayXd& bandwidths,
                const Eigen::ArrayXd& log_shares) {
    time = t;
    s = scheduler_at(scheduler, t);
    const Eigen::ArrayXd sigma = s.sigma + bandwidths * s.alpha;
    const auto dim = static_cast<double>(rows.cols());
    rate = (s.d_sigma + bandwidths * s.d_alpha) / sigma;
    precision = sigma.square().inverse();
    log_factor = log_shares - dim * sigma.log() - dim / 2 * std::log(2 * std::numbers::pi);
  }
  void set_point(VectorIn x) {
    weights.setZero(rows.rows());
    for (Index d = 0; d < x.size(); ++d) weights += offset(x, d).square();
    weights = log_factor - 0.5 * precision * weights;
    log_density = log_sum_exp(weights.matrix());
    weights = (weights - log_density).exp();
  }

  template <class Column>
  double mean(const Column& column) const {
    return (weights * column).sum();
  }
  Vector mean_velocity(VectorIn x) const {
    Vector v(x.size());
    for (Index d = 0; d < x.size(); ++d) v(d) = mean(velocity(x, d));
    return v;
  }
};

AdaptiveField::AdaptiveField(PointsIn target, VectorIn bandwidths, const Scheduler& scheduler)
    : AdaptiveField(target, bandwidths, Vector::Ones(target.cols()), scheduler) {}

AdaptiveField::AdaptiveField(PointsIn target, VectorIn bandwidths, VectorIn weights,
                             const Scheduler& scheduler)
    : rows_(target.transpose()),
      bandwidths_(bandwidths),
      log_shares_((weights / weights.sum()).array().log()),
      scheduler_(scheduler) {
  check_adaptive_scheduler(scheduler);
}

template <class Visitor>
void AdaptiveField::for_each_point(VectorIn t, PointsIn x, const Visitor& visit) const {
  Posterior p(rows_);
  for (Index n = 0; n < x.cols(); ++n) {
    if (t(n) != p.time) {
      check_exact_time(t(n), 1);
      p.set_time(t(n), scheduler_, bandwidths_, log_shares_);
    }
    p.set_point(x.col(n));
    visit(n, p);
  }
}

void AdaptiveField::evaluate(VectorIn t, PointsIn x, PointsOut v) const {
  for_each_point(t, x, [&](Index n, const Posterior& p) { v.col(n) = p.mean_velocity(x.col(n)); });
}

void AdaptiveField::tangent(VectorIn t, PointsIn x, PointsIn dx, PointsOut v, PointsOut dv) const {
  for_each_point(t, x, [&](Index n, const Posterior& p) {
    const Vector velocity = p.mean_velocity(x.col(n));
    v.col(n) = velocity;
    Eigen::ArrayXd along = Eigen::ArrayXd::Zero(rows_.rows());
    for (Index d = 0; d < dim(); ++d) along += dx(d, n) * p.gradient(x.col(n), d);
    along -= p.mean(along);
    for (Index d = 0; d < dim(); ++d)
      dv(d, n) = p.mean(p.rate) * dx(d, n) + p.mean(along * (p.velocity(x.col(n), d) - velocity(d)));
  });
}

void AdaptiveField::divergence(VectorIn t, PointsIn x, PointsOut v, VectorOut div) const {
  for_each_point(t, x, [&](Index n, const Posterior& p) {
    const Vector velocity = p.mean_velocity(x.col(n));
    v.col(n) = velocity;
    div(n) = static_cast<double>(dim()) * p.mean(p.rate);
    for (Index d = 0; d < dim(); ++d) {
      const double score = p.mean(p.gradient(x.col(n), d));
      div(n) += p.mean((p.gradient(x.col(n), d) - score) * (p.velocity(x.col(n), d) - velocity(d)));
    }
  });
}

void AdaptiveField::step_law(double t, double t_new, PointsIn x, const KeptNoise& kept, PointsOut mean,
                             VectorOut std) const {
  // Given row i, x - alpha x1_i = sigma_i z, of which k_i z is left under the new sigma_i.
  Eigen::ArrayXd left(rows_.rows()), variance(rows_.rows());
  for (Index i = 0; i < rows_.rows(); ++i) {
    const KernelNoise noise{bandwidths_(i)};
    const double keep = kept(noise), std_new = noise_std(noise, scheduler_, t_new);
    left(i) = keep * std_new / noise_std(noise, scheduler_, t);
    variance(i) = std_new * std_new * (1 - keep * keep);
  }
  const double alpha_new = scheduler_at(scheduler_, t_new).alpha;
  for_each_point(Vector::Constant(x.cols(), t), x, [&](Index n, const Posterior& p) {
    for (Index d = 0; d < dim(); ++d)
      mean(d, n) = p.mean(alpha_new * rows_.col(d) + left * p.offset(x.col(n), d));
    std(n) = std::sqrt(p.mean(variance));
  });
}

void AdaptiveField::score(VectorIn t, PointsIn x, PointsOut score) const {
  for_each_point(t, x, [&](Index n, const Posterior& p) {
    for (Index d = 0; d < dim(); ++d) score(d, n) = p.mean(p.gradient(x.col(n), d));
  });
}

void AdaptiveField::log_density(VectorIn t, PointsIn x, VectorOut log_p) const {
  for_each_point(t, x, [&](Index n, const Posterior& p) { log_p(n) = p.log_density; });
}

}  // namespace fm
