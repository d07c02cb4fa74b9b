// The inner loops of the network with the operands of its products in bf16 (float's 8 exponent bits, 7 of
// its fraction): two products and their sum in float are one instruction, which does twice the work of a
// multiply-add. Sums, biases, activations, slopes and gradients stay in float. As nn/kernels.h otherwise.
#pragma once

#include <cstdint>

#include "nn/kernels.h"

namespace fm {

/// Two numbers in bf16 that are neighbours in a sum, the first in the low half.
using Bf16Pair = std::uint32_t;

/// Pairs that hold n numbers.
constexpr Index pairs_of(Index n) {
  return (n + 1) / 2;
}

/// A block in bf16 as products read it; rows beyond an odd number of features are 0.
template <class Pair>
struct Bf16View {
  Pair* by_features;  ///< (pairs_of(features), block_points), rows block_stride apart: sums over features
  Pair* by_points;    ///< (features, pairs_of(block_points)), rows bf16_stride apart: sums over points
};
constexpr Index bf16_stride = pairs_of(block_points) + 16;

/// y = W x + b; weights (2 pairs_of(outputs), pairs_of(inputs)) row-major and bias (2 pairs_of(outputs)), 0
/// where there is no such output or input.
struct Bf16Layer {
  Index inputs, outputs;
  const Bf16Pair* weights;
  const float* bias;
};

/// Float blocks of results have 2 pairs_of(features) rows.
struct Bf16Kernels {
  /// y = x, rounded to nearest, ties to even.
  void (*round_block)(Index features, const float* x, const Bf16View<Bf16Pair>& y);
  /// (rows, columns) of `from`, rows `stride` apart, as pairs of columns (rows, pairs_of(columns)).
  void (*round_matrix)(Index rows, Index columns, const float* from, Index stride, Bf16Pair* to);
  /// y = act(W x + b), and slope = act'(W x + b) unless slope is null.
  void (*activated)(const Bf16Layer& layer, Activation activation, const Bf16Pair* x_by_features,
                    const Bf16View<Bf16Pair>& y, float* slope);
  /// y = W x + b.
  void (*affine)(const Bf16Layer& layer, const Bf16Pair* x_by_features, float* y);
  /// dx = slope * (W^T dy); `transposed` is W^T, without a bias.
  void (*backward)(const Bf16Layer& transposed, const Bf16Pair* dy_by_features, const float* slope,
                   const Bf16View<Bf16Pair>& dx);
  /// As of Kernels, from blocks by points.
  void (*gradient_part)(const LayerGradient<Bf16Pair>& gradient, Index first);
};

extern const Bf16Kernels avx512_bf16_kernels;  // on x86-64 only

/// Those of this processor, or null if it lacks AVX512_BF16 or uses a narrower instruction set.
const Bf16Kernels* bf16_kernels();

}  // namespace fm
