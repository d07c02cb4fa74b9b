#include "flow/empirical_field.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/error.h"
#include "core/numeric.h"
#include "core/text.h"
#include "flow/conversion.h"

namespace fm {

namespace {

constexpr double last_sigma = 1e-4;  // see domain()
constexpr Index chunk_rows = 512;    // distances and weights of a chunk stay in the first-level cache

/// The time at which sigma falls to `sigma`, by bisection to the last bit; 1 if it stays above.
double time_of_sigma(const Scheduler& scheduler, double sigma) {
  if (scheduler_at(scheduler, 1).sigma > sigma) return 1;
  double low = 0, high = 1;
  for (int halving = 0; halving < 60; ++halving) {
    const double middle = (low + high) / 2;
    (scheduler_at(scheduler, middle).sigma > sigma ? low : high) = middle;
  }
  return low;
}

double root_mean_variance(PointsIn points) {
  const Points centred = points.colwise() - mean_point(points);
  return std::sqrt(centred.squaredNorm() / static_cast<double>(points.size()));
}

}  // namespace

EmpiricalField::EmpiricalField(PointsIn target, const Scheduler& scheduler)
    : rows_(target.transpose()), scheduler_(scheduler) {
  const double spread = root_mean_variance(target);
  end_ = time_of_sigma(scheduler_, last_sigma * (spread > 0 ? std::min(spread, 1.0) : 1.0));
}

Vector EmpiricalField::posterior_mean(const SchedulerValue& s, VectorIn x) const {
  // Softmax over the rows, chunk by chunk: numerator and denominator are kept relative to the largest
  // exponent so far.
  const Index count = rows_.rows(), dim = rows_.cols();
  double largest = -std::numeric_limits<double>::infinity(), denominator = 0;
  Vector numerator = Vector::Zero(dim);
  Eigen::ArrayXd weight(std::min(chunk_rows, count));
  const double scale = -0.5 / (s.sigma * s.sigma);
  for (Index begin = 0; begin < count; begin += chunk_rows) {
    const Index size = std::min(chunk_rows, count - begin);
    auto w = weight.head(size);
    w.setZero();
    for (Index d = 0; d < dim; ++d) w += (x(d) - s.alpha * rows_.col(d).segment(begin, size)).square();
    w *= scale;
    const double chunk_largest = w.maxCoeff();
    if (chunk_largest > largest) {
      const double shrink = std::exp(largest - chunk_largest);
      numerator *= shrink;
      denominator *= shrink;
      largest = chunk_largest;
    }
    w = (w - largest).exp();
    denominator += w.sum();
    for (Index d = 0; d < dim; ++d) numerator(d) += (w * rows_.col(d).segment(begin, size)).sum();
  }
  return numerator / denominator;
}

void EmpiricalField::posterior_mean(VectorIn t, PointsIn x, PointsOut mean) const {
  for (Index n = 0; n < x.cols(); ++n) {
    if (!domain().contains(t(n)))
      throw numeric_error("time-domain", "the exact field of a data set is defined for t in [0, " +
                                             shortest(end_) + "], not at t = " + shortest(t(n)));
    mean.col(n) = posterior_mean(scheduler_at(scheduler_, t(n)), x.col(n));
  }
}

void EmpiricalField::evaluate(VectorIn t, PointsIn x, PointsOut v) const {
  posterior_mean(t, x, v);
  for (Index n = 0; n < x.cols(); ++n) {
    const Vector mean = v.col(n);
    v.col(n) = velocity_from_x1(scheduler_at(scheduler_, t(n)), x.col(n), mean);
  }
}

void EmpiricalField::endpoint(PointsIn x, PointsOut x1) const {
  if (end_ == 1) return VelocityField::endpoint(x, x1);
  posterior_mean(Vector::Constant(x.cols(), end_), x, x1);
}

PathStart EmpiricalField::start() const {
  return independent_start(mean_point(rows_.matrix().transpose()), scheduler_);
}

}  // namespace fm
