// Loops over the parameter vector, one element at a time and independent of each other: left to the
// compiler's vectoriser.
#pragma once

#include "nn/kernels_lanes.h"

namespace fm {
namespace {

FM_INLINE float root(float x) {
  return __builtin_sqrtf(x);
}
FM_INLINE double root(double x) {
  return __builtin_sqrt(x);
}

template <class T>
void adam(const AdamStep<T>& step, Index n, const T* __restrict gradient, T* __restrict mean,
          T* __restrict variance, T* __restrict parameters) {
  const AdamStep<T> s = step;
  const T inverse_root = 1 / s.root;
  for (Index i = 0; i < n; ++i) {
    const T g = s.scale * gradient[i];
    mean[i] = s.beta1 * mean[i] + (1 - s.beta1) * g;
    variance[i] = s.beta2 * variance[i] + (1 - s.beta2) * g * g;
    parameters[i] =
        s.shrink * parameters[i] - s.rate * mean[i] / (root(variance[i]) * inverse_root + s.epsilon);
  }
}

/// x - x is 0 for finite x and NaN for others, and so is a sum of such: of 8 vectors of sums, which hide the
/// latency of an addition.
template <class T>
bool all_finite(Index n, const T* x) {
  constexpr Index lanes = lane_count<T>, sums = 8;
  Lanes<T> sum[sums] = {};
  Index i = 0;
  for (; i + sums * lanes <= n; i += sums * lanes)
    for (Index s = 0; s < sums; ++s) {
      const Lanes<T> xi = load(x + i + s * lanes);
      sum[s] += xi - xi;
    }
  T rest = 0;
  for (; i < n; ++i) rest += x[i] - x[i];
  for (Index s = 1; s < sums; ++s) sum[0] += sum[s];
  for (int lane = 0; lane < lane_count<T>; ++lane) rest += sum[0][lane];
  return rest == 0;
}

template <class T>
void update_average(T decay, Index n, const T* __restrict parameters, T* __restrict average) {
  for (Index i = 0; i < n; ++i) average[i] = decay * average[i] + (1 - decay) * parameters[i];
}

}  // namespace
}  // namespace fm
