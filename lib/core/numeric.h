// Small numerical helpers that more than one floor needs.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

#include "core/types.h"

namespace fm {

/// log sum_i exp(x_i) without overflow; -inf for no terms or all -inf. x (N).
inline double log_sum_exp(VectorIn x) {
  if (x.size() == 0) return -std::numeric_limits<double>::infinity();
  const double largest = x.maxCoeff();
  if (!std::isfinite(largest)) return largest;
  return largest + std::log((x.array() - largest).exp().sum());
}

/// x (N) of log-weights becomes weights that sum to 1. At least one must be finite.
inline void softmax_in_place(VectorOut x) {
  x = (x.array() - x.maxCoeff()).exp();
  x /= x.sum();
}

/// Mean (D) of the points x (D, N), N >= 1. Corrected once, so that its error does not grow with N and the
/// mean of equal points is that point but for its last bit.
inline Vector mean_point(PointsIn x) {
  Vector mean = x.rowwise().mean();
  mean += (x.colwise() - mean).rowwise().mean();
  return mean;
}

/// Weights (N) >= 0, not all 0, over the power of two that leaves the largest in [1, 2): their shares are the
/// same to the last bit, and sums of them and of their squares stay far from the ends of the doubles. One
/// above 0 of which nothing is left beside the largest becomes the least double above 0.
inline Vector scaled_weights(VectorIn weights) {
  const int exponent = std::ilogb(weights.maxCoeff());
  return weights.unaryExpr([exponent](double weight) {
    const double scaled = std::ldexp(weight, -exponent);
    return weight > 0 ? std::max(scaled, std::numeric_limits<double>::denorm_min()) : scaled;
  });
}

/// Sums of weights (N) >= 0 up to each, divided by the sum of all, which is above 0.
inline Vector running_shares(VectorIn weights) {
  Vector shares(weights.size());
  double sum = 0;
  for (Index i = 0; i < weights.size(); ++i) shares(i) = sum += weights(i);
  shares /= sum;
  return shares;
}

/// The place whose part of [0, 1], laid out one after the other as `shares` (N) of running_shares() says,
/// holds `share`.
inline Index place_at(VectorIn shares, double share) {
  const double* const last = shares.data() + shares.size() - 1;
  return std::upper_bound(shares.data(), last, share) - shares.data();
}

/// Sum with a running correction (Neumaier 1974): error independent of the number of terms. Needs IEEE
/// arithmetic.
class CompensatedSum {
 public:
  void add(double term) {
    const double next = sum_ + term;
    correction_ += std::abs(sum_) >= std::abs(term) ? (sum_ - next) + term : (term - next) + sum_;
    sum_ = next;
  }
  double value() const { return sum_ + correction_; }

 private:
  double sum_ = 0;
  double correction_ = 0;
};

/// Mean and standard error of a list of repeated values.
struct Estimate {
  double value = 0;
  double standard_error = 0;  ///< standard deviation / sqrt(count); NaN for fewer than two values
};

/// values (R), R >= 1.
inline Estimate mean_estimate(VectorIn values) {
  const double mean = values.mean();
  const auto count = static_cast<double>(values.size());
  if (values.size() < 2) return {mean, std::numeric_limits<double>::quiet_NaN()};
  const double variance = (values.array() - mean).square().sum() / (count - 1);
  return {mean, std::sqrt(variance / count)};
}

/// The same for values that come one by one and are not kept (Welford 1962), of weights w > 0 of any size:
///   mean m = sum w x / sum w,   its variance n / (n - 1) sum w^2 (x - m)^2 / (sum w)^2,
/// that of a ratio of two means (Cochran 1977, Sampling Techniques, eq. 6.13).
class RunningEstimate {
 public:
  void add(double value, double weight = 1) {
    ++count_;
    if (weight >= 2 * unit_) measure_in(std::ldexp(1, std::ilogb(weight)));
    weight /= unit_;
    weight_ += weight;
    mean_ += weight * (value - mean_) / weight_;
    squared_weight_ += weight * weight;
    const double step = value - centre_;
    centre_ += weight * weight * step / squared_weight_;
    squares_ += weight * weight * step * (value - centre_);
  }
  std::int64_t count() const { return count_; }
  /// Of one value or more.
  Estimate estimate() const {
    const auto count = static_cast<double>(count_);
    if (count_ < 2) return {mean_, std::numeric_limits<double>::quiet_NaN()};
    const double squares = squares_ + squared_weight_ * (centre_ - mean_) * (centre_ - mean_);
    return {mean_, std::sqrt(squares / (count - 1) / (weight_ * (weight_ / count)))};
  }

 private:
  void measure_in(double unit) {
    const double share = unit_ / unit;
    weight_ *= share;
    squared_weight_ *= share * share;
    squares_ *= share * share;
    unit_ = unit;
  }

  std::int64_t count_ = 0;
  double unit_ = 0;  // of weights: the power of two below the largest, so that squares stay doubles
  double weight_ = 0, squared_weight_ = 0;  // sums
  double mean_ = 0;
  double centre_ = 0;   // mean under the squared weights
  double squares_ = 0;  // sum w^2 (x - centre)^2
};

}  // namespace fm
