#include "flow/pairs_field.h"

#include <cmath>
#include <numbers>

#include "core/numeric.h"
#include "flow/exact_domain.h"

namespace fm {

namespace {

/// Moments of pairs (D, M) under weights (M) of sum 1.
Moments weighted_moments(PointsIn x0, PointsIn x1, const Vector& weights) {
  Moments moments{x0 * weights, x1 * weights, {}, {}, {}};
  const Points offset0 = x0.colwise() - moments.mean0, offset1 = x1.colwise() - moments.mean1;
  moments.cov00 = offset0 * weights.asDiagonal() * offset0.transpose();
  moments.cov11 = offset1 * weights.asDiagonal() * offset1.transpose();
  moments.cov01 = offset0 * weights.asDiagonal() * offset1.transpose();
  return moments;
}

double domain_end(const Scheduler& scheduler, double bridge_std) {
  return scheduler_domain(scheduler).end == 1 ? 1 : exact_domain_end(scheduler, bridge_std);
}

}  // namespace

struct PairsField::Posterior {
  double time = -1;
  Eigen::ArrayXXd mean, velocity;  // mu_i and u_i (M, D)
  Eigen::ArrayXd weights;          // of the pairs, sum 1 (M)
  double log_density = 0;

  Vector expected(const Eigen::ArrayXXd& values) const {
    return values.matrix().transpose() * weights.matrix();
  }
};

PairsField::PairsField(PointsIn x0, PointsIn x1, VectorIn weights, double bridge_std,
                       const Scheduler& scheduler)
    : x0_(x0.transpose()),
      x1_(x1.transpose()),
      log_weights_((weights / weights.sum()).array().log()),
      variance_(bridge_std * bridge_std),
      scheduler_(scheduler),
      end_(domain_end(scheduler, bridge_std)),
      start_(path_start(weighted_moments(x0, x1, weights / weights.sum()), scheduler)) {}

template <class Visitor>
void PairsField::for_each_point(VectorIn t, PointsIn x, const Visitor& visit) const {
  Posterior p;
  const double log_volume = static_cast<double>(dim()) * std::log(2 * std::numbers::pi * variance_) / 2;
  for (Index n = 0; n < x.cols(); ++n) {
    if (t(n) != p.time) {
      check_exact_time(t(n), end_);
      p.time = t(n);
      const SchedulerValue s = scheduler_at(scheduler_, t(n));
      p.mean = s.alpha * x1_ + s.sigma * x0_;
      p.velocity = s.d_alpha * x1_ + s.d_sigma * x0_;
    }
    p.weights.setZero(x0_.rows());
    for (Index d = 0; d < dim(); ++d) p.weights += (x(d, n) - p.mean.col(d)).square();
    p.weights = log_weights_ - p.weights / (2 * variance_);
    p.log_density = log_sum_exp(p.weights.matrix());
    p.weights = (p.weights - p.log_density).exp();
    p.log_density -= log_volume;
    visit(n, p);
  }
}

void PairsField::evaluate(VectorIn t, PointsIn x, PointsOut v) const {
  for_each_point(t, x, [&](Index n, const Posterior& p) { v.col(n) = p.expected(p.velocity); });
}

void PairsField::tangent(VectorIn t, PointsIn x, PointsIn dx, PointsOut v, PointsOut dv) const {
  for_each_point(t, x, [&](Index n, const Posterior& p) {
    const Vector velocity = p.expected(p.velocity), mean = p.expected(p.mean);
    Eigen::ArrayXd along = Eigen::ArrayXd::Zero(p.weights.size());
    for (Index d = 0; d < dim(); ++d) along += dx(d, n) * (p.mean.col(d) - mean(d));
    along *= p.weights / variance_;
    v.col(n) = velocity;
    for (Index d = 0; d < dim(); ++d) dv(d, n) = (along * (p.velocity.col(d) - velocity(d))).sum();
  });
}

void PairsField::divergence(VectorIn t, PointsIn x, PointsOut v, VectorOut div) const {
  for_each_point(t, x, [&](Index n, const Posterior& p) {
    const Vector velocity = p.expected(p.velocity), mean = p.expected(p.mean);
    v.col(n) = velocity;
    div(n) = 0;
    for (Index d = 0; d < dim(); ++d)
      div(n) += (p.weights * (p.mean.col(d) - mean(d)) * (p.velocity.col(d) - velocity(d))).sum() / variance_;
  });
}

void PairsField::endpoint(PointsIn x, PointsOut x1) const {
  if (end_ == 1) return VelocityField::endpoint(x, x1);
  for_each_point(Vector::Constant(x.cols(), end_), x,
                 [&](Index n, const Posterior& p) { x1.col(n) = x.col(n) + p.expected(x1_ - p.mean); });
}

void PairsField::predict_ends(VectorIn t, PointsIn x, PointsOut x1, PointsOut x0) const {
  for_each_point(t, x, [&](Index n, const Posterior& p) {
    x1.col(n) = p.expected(x1_);
    x0.col(n) = p.expected(x0_);
  });
}

void PairsField::score(VectorIn t, PointsIn x, PointsOut score) const {
  for_each_point(
      t, x, [&](Index n, const Posterior& p) { score.col(n) = (p.expected(p.mean) - x.col(n)) / variance_; });
}

void PairsField::log_density(VectorIn t, PointsIn x, VectorOut log_p) const {
  for_each_point(t, x, [&](Index n, const Posterior& p) { log_p(n) = p.log_density; });
}

}  // namespace fm
