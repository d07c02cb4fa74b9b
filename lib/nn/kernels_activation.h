// Activations over lanes, in float: value and slope from one exponential. Accuracy (tested): value within
// 4e-7 (1 + |value|) and slope within 1e-6 of the definitions in activation.cpp, at every float including
// infinities; NaN gives NaN. In double each lane calls the definition: double is for tests and checks.
#pragma once

#include "nn/kernels_exponential.h"

namespace fm {
namespace {

struct Activated {
  Floats value, slope;
};

template <Activation activation>
Activated activated(Floats x);

template <>
FM_INLINE Activated activated<Activation::silu>(Floats x) {
  const Floats low = at_least(-exponential_limit, x);  // from here down x / (1 + exp(-x)) is below 1e-35
  const Floats both = at_most(exponential_limit, low);
  const Floats s = 1.0f / (exponential(-both).value() + 1.0f);
  return {low * s, s + (both * s) * (1.0f - s)};
}

template <>
FM_INLINE Activated activated<Activation::selu>(Floats x) {
  constexpr auto lambda = static_cast<float>(selu_lambda);
  constexpr auto lambda_alpha = static_cast<float>(selu_lambda * selu_alpha);
  const Exponential e = exponential(at_most(0.0f, at_least(-exponential_limit, x)));
  return {x > 0.0f ? lambda * x : lambda_alpha * e.minus_one(),
          x > 0.0f ? Floats{} + lambda : lambda_alpha * e.value()};
}

/// Phi(x) = 1 - erfc(x / sqrt 2) / 2 for x >= 0 with erfc(z) = (a1 w + ... + a5 w^5) exp(-z^2), w = 1/(1 + p
/// z), absolute error 1.5e-7. Source: Abramowitz and Stegun 1964, 7.1.26.
template <>
FM_INLINE Activated activated<Activation::gelu>(Floats x) {
  constexpr float limit = 13.0f;  // exp(-limit^2 / 2) is within exponential_limit; x Phi(x) is below 1e-36
  const Floats low = at_least(-limit, x);
  const Floats both = at_most(limit, low);
  const Floats size = at_least(0.0f, both) - at_most(0.0f, both);
  const Floats e = exponential(-0.5f * (both * both)).value();
  const Floats w = 1.0f / ((0.3275911f * 0.70710678f) * size + 1.0f);
  Floats a = 1.061405429f * w - 1.453152027f;
  a = a * w + 1.421413741f;
  a = a * w - 0.284496736f;
  a = a * w + 0.254829592f;
  const Floats tail = (0.5f * a) * w * e;
  const Floats phi = both > 0.0f ? 1.0f - tail : tail;
  constexpr float density_at_0 = 0.39894228f;  // 1 / sqrt(2 pi)
  return {low * phi, phi + both * (density_at_0 * e)};
}

/// tanh x = (e - 1) / (e + 1), e = exp(2 x): accurate near 0 because e - 1 is.
template <>
FM_INLINE Activated activated<Activation::tanh>(Floats x) {
  constexpr float limit = 10.0f;  // 1 - tanh(10) = 4e-9 is less than half a unit in the last place of 1
  const Floats e = exponential(2.0f * at_most(limit, at_least(-limit, x))).minus_one();
  const Floats y = e / (e + 2.0f);
  return {y, 1.0f - y * y};
}

template <>
FM_INLINE Activated activated<Activation::relu>(Floats x) {
  const Floats y = at_least(0.0f, x);
  return {y, x > 0.0f ? Floats{} + 1.0f : y};  // below 0, y is 0, or NaN
}

/// Of rows of `count` numbers, a multiple of the lanes, block_stride apart; slope null: not wanted. Several
/// rows at once, so that the constants of an activation stay in registers. Tried and not kept: structs of 2
/// or 4 vectors side by side, to hide latency; g++ 12 copies them through memory.
template <Activation activation>
void activate_rows_by(Index rows, Index count, const float* x, float* y, float* slope) {
  for (Index r = 0; r < rows; ++r) {
    const Index begin = r * block_stride;
    for (Index i = begin; i < begin + count; i += lane_count<float>) {
      const Activated a = activated<activation>(load(x + i));
      store(y + i, a.value);
      if (slope) store(slope + i, a.slope);
    }
  }
}

void activate_rows(Activation activation, Index rows, Index count, const float* x, float* y, float* slope) {
  switch (activation) {
    case Activation::silu:
      return activate_rows_by<Activation::silu>(rows, count, x, y, slope);
    case Activation::selu:
      return activate_rows_by<Activation::selu>(rows, count, x, y, slope);
    case Activation::gelu:
      return activate_rows_by<Activation::gelu>(rows, count, x, y, slope);
    case Activation::tanh:
      return activate_rows_by<Activation::tanh>(rows, count, x, y, slope);
    case Activation::relu:
      return activate_rows_by<Activation::relu>(rows, count, x, y, slope);
  }
}

[[maybe_unused]] void activate_rows(Activation activation, Index rows, Index count, const double* x,
                                    double* y, double* slope) {
  for (Index r = 0; r < rows; ++r)
    for (Index i = r * block_stride; i < r * block_stride + count; ++i) {
      const double xi = x[i];
      if (slope) slope[i] = activation_slope(activation, xi);
      y[i] = activation_value(activation, xi);
    }
}

template <class T>
void activate(Activation activation, Index n, const T* x, T* y, T* slope) {
  activate_rows(activation, 1, n, x, y, slope);
}

}  // namespace
}  // namespace fm
