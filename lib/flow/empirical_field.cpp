#include "flow/empirical_field.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <string>

#include "core/error.h"
#include "core/text.h"
#include "flow/conversion.h"
#include "flow/exact_domain.h"

namespace fm {

namespace {

constexpr Index chunk_rows = 512;  // distances and weights of a chunk stay in the first-level cache

/// The places of the weights above 0.
std::vector<Index> weighty_rows(VectorIn weights) {
  std::vector<Index> places;
  for (Index i = 0; i < weights.size(); ++i) {
    if (!(weights(i) >= 0) || !std::isfinite(weights(i)))
      throw data_error("row-weights", "the weight " + shortest(weights(i)) + " of row " +
                                          std::to_string(i + 1) + " is not a finite number from 0 on");
    if (weights(i) > 0) places.push_back(i);
  }
  if (places.empty()) throw data_error("row-weights", "the weights of all rows are 0");
  return places;
}

/// Root of the mean variance of the columns of rows (M, D) under weights (M).
double spread_of(const Eigen::ArrayXXd& rows, const Eigen::ArrayXd& weights) {
  double variance = 0;
  for (Index d = 0; d < rows.cols(); ++d) {
    const double rough = rows(0, d) + (weights * (rows.col(d) - rows(0, d))).sum() / weights.sum();
    const double mean = rough + (weights * (rows.col(d) - rough)).sum() / weights.sum();
    variance += (weights * (rows.col(d) - mean).square()).sum() / weights.sum();
  }
  return std::sqrt(variance / static_cast<double>(rows.cols()));
}

/// The velocity is rate x + pull E[x1 | x_t = x].
struct Affine {
  double rate, pull;
};
Affine affine_of(const SchedulerValue& s) {
  const double rate = s.d_sigma / s.sigma;
  return {rate, s.d_alpha - s.alpha * rate};
}

}  // namespace

EmpiricalField::EmpiricalField(PointsIn target, const Scheduler& scheduler)
    : EmpiricalField(target, Vector::Ones(target.cols()), scheduler) {}

EmpiricalField::EmpiricalField(PointsIn target, VectorIn weights, const Scheduler& scheduler)
    : places_(weighty_rows(weights)), count_(target.cols()), scheduler_(scheduler) {
  rows_ = target(Eigen::all, places_).transpose();
  const Eigen::ArrayXd relative = weights(places_).array() / weights.maxCoeff();
  log_weights_ = relative.log();
  log_total_ = std::log(relative.sum());
  end_ = exact_domain_end(scheduler_, spread_of(rows_, relative));
}

void EmpiricalField::set_exponents(const SchedulerValue& s, VectorIn x, Index begin, Chunk exponent) const {
  const Index size = exponent.size();
  exponent.setZero();
  for (Index d = 0; d < dim(); ++d) exponent += (x(d) - s.alpha * rows_.col(d).segment(begin, size)).square();
  exponent *= -0.5 / (s.sigma * s.sigma);
  exponent += log_weights_.segment(begin, size);
}

template <class Visitor>
void EmpiricalField::for_each_chunk(const SchedulerValue& s, VectorIn x, const Visitor& visit) const {
  const Index count = rows_.rows();
  Eigen::ArrayXd exponent(std::min(chunk_rows, count));
  for (Index begin = 0; begin < count; begin += chunk_rows) {
    auto chunk = exponent.head(std::min(chunk_rows, count - begin));
    set_exponents(s, x, begin, chunk);
    visit(begin, chunk);
  }
}

template <class Visitor>
void EmpiricalField::for_each_point(VectorIn t, PointsIn x, const Visitor& visit) const {
  for (Index n = 0; n < x.cols(); ++n) {
    check_exact_time(t(n), end_);
    const SchedulerValue s = scheduler_at(scheduler_, t(n));
    visit(n, s, posterior(s, x.col(n)));
  }
}

EmpiricalField::Posterior EmpiricalField::posterior(const SchedulerValue& s, VectorIn x) const {
  // Softmax over the rows, chunk by chunk: numerator and denominator are kept relative to the largest
  // exponent so far.
  Posterior p{-std::numeric_limits<double>::infinity(), 0, Vector::Zero(dim())};
  for_each_chunk(s, x, [&](Index begin, auto w) {
    const double chunk_largest = w.maxCoeff();
    if (chunk_largest > p.largest) {
      const double shrink = std::exp(p.largest - chunk_largest);
      p.mean *= shrink;
      p.total *= shrink;
      p.largest = chunk_largest;
    }
    w = (w - p.largest).exp();
    p.total += w.sum();
    for (Index d = 0; d < dim(); ++d) p.mean(d) += (w * rows_.col(d).segment(begin, w.size())).sum();
  });
  p.mean /= p.total;
  return p;
}

/// Cov[x1 | x_t = x] dx, by a second pass over the rows: deviations from a mean that is known cannot cancel.
Vector EmpiricalField::covariance_times(const SchedulerValue& s, VectorIn x, const Posterior& p,
                                        VectorIn dx) const {
  Vector product = Vector::Zero(dim());
  Eigen::ArrayXd along(std::min(chunk_rows, rows_.rows()));
  for_each_chunk(s, x, [&](Index begin, auto w) {
    w = (w - p.largest).exp();
    auto a = along.head(w.size());
    a.setZero();
    for (Index d = 0; d < dim(); ++d) a += dx(d) * (rows_.col(d).segment(begin, w.size()) - p.mean(d));
    a *= w;
    for (Index d = 0; d < dim(); ++d)
      product(d) += (a * (rows_.col(d).segment(begin, w.size()) - p.mean(d))).sum();
  });
  return product / p.total;
}

/// The trace of Cov[x1 | x_t = x].
double EmpiricalField::variance(const SchedulerValue& s, VectorIn x, const Posterior& p) const {
  double sum = 0;
  for_each_chunk(s, x, [&](Index begin, auto w) {
    w = (w - p.largest).exp();
    for (Index d = 0; d < dim(); ++d)
      sum += (w * (rows_.col(d).segment(begin, w.size()) - p.mean(d)).square()).sum();
  });
  return sum / p.total;
}

void EmpiricalField::evaluate(VectorIn t, PointsIn x, PointsOut v) const {
  for_each_point(t, x, [&](Index n, const SchedulerValue& s, const Posterior& p) {
    v.col(n) = velocity_from_x1(s, x.col(n), p.mean);
  });
}

void EmpiricalField::tangent(VectorIn t, PointsIn x, PointsIn dx, PointsOut v, PointsOut dv) const {
  for_each_point(t, x, [&](Index n, const SchedulerValue& s, const Posterior& p) {
    const auto [rate, pull] = affine_of(s);
    v.col(n) = velocity_from_x1(s, x.col(n), p.mean);
    dv.col(n) =
        rate * dx.col(n) + pull * s.alpha / (s.sigma * s.sigma) * covariance_times(s, x.col(n), p, dx.col(n));
  });
}

void EmpiricalField::divergence(VectorIn t, PointsIn x, PointsOut v, VectorOut div) const {
  for_each_point(t, x, [&](Index n, const SchedulerValue& s, const Posterior& p) {
    const auto [rate, pull] = affine_of(s);
    v.col(n) = velocity_from_x1(s, x.col(n), p.mean);
    div(n) =
        rate * static_cast<double>(dim()) + pull * s.alpha / (s.sigma * s.sigma) * variance(s, x.col(n), p);
  });
}

void EmpiricalField::endpoint(PointsIn x, PointsOut x1) const {
  if (end_ == 1) return VelocityField::endpoint(x, x1);
  posterior_mean(Vector::Constant(x.cols(), end_), x, x1);
}

PathStart EmpiricalField::start() const {
  const Eigen::ArrayXd share = (log_weights_ - log_total_).exp();
  return independent_start(rows_.matrix().transpose() * share.matrix(), scheduler_);
}

void EmpiricalField::predict(VectorIn t, PointsIn x, PointsOut x1, PointsOut x0, PointsOut noise) const {
  posterior_mean(t, x, x1);
  for (Index n = 0; n < x.cols(); ++n)
    x0.col(n) = x0_from_x1(scheduler_at(scheduler_, t(n)), x.col(n), x1.col(n));
  noise = x0;
}

void EmpiricalField::posterior_mean(VectorIn t, PointsIn x, PointsOut mean) const {
  for_each_point(t, x, [&](Index n, const SchedulerValue&, const Posterior& p) { mean.col(n) = p.mean; });
}

void EmpiricalField::posterior_weights(VectorIn t, PointsIn x, PointsOut w) const {
  w.setZero();
  for_each_point(t, x, [&](Index n, const SchedulerValue& s, const Posterior& p) {
    for_each_chunk(s, x.col(n), [&](Index begin, auto exponent) {
      for (Index i = 0; i < exponent.size(); ++i)
        w(places_[static_cast<std::size_t>(begin + i)], n) = std::exp(exponent(i) - p.largest) / p.total;
    });
  });
}

void EmpiricalField::score(VectorIn t, PointsIn x, PointsOut score) const {
  for_each_point(t, x, [&](Index n, const SchedulerValue& s, const Posterior& p) {
    score.col(n) = (s.alpha * p.mean - x.col(n)) / (s.sigma * s.sigma);
  });
}

void EmpiricalField::log_density(VectorIn t, PointsIn x, VectorOut log_p) const {
  for_each_point(t, x, [&](Index n, const SchedulerValue& s, const Posterior& p) {
    const double log_volume = static_cast<double>(dim()) * std::log(2 * std::numbers::pi * s.sigma * s.sigma);
    log_p(n) = p.largest + std::log(p.total) - log_total_ - log_volume / 2;
  });
}

}  // namespace fm
