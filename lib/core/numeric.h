// Small numerical helpers that more than one floor needs.
#pragma once

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

/// The same for values that come one by one and are not kept (Welford 1962).
class RunningEstimate {
 public:
  void add(double value) {
    ++count_;
    const double step = value - mean_;
    mean_ += step / static_cast<double>(count_);
    squares_ += step * (value - mean_);
  }
  std::int64_t count() const { return count_; }
  /// Of one value or more.
  Estimate estimate() const {
    const auto count = static_cast<double>(count_);
    if (count_ < 2) return {mean_, std::numeric_limits<double>::quiet_NaN()};
    return {mean_, std::sqrt(squares_ / (count - 1) / count)};
  }

 private:
  std::int64_t count_ = 0;
  double mean_ = 0;
  double squares_ = 0;  // of the deviations from the mean
};

}  // namespace fm
