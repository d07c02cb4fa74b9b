// The inner loops of the network as a table of functions, one table for each instruction set and scalar.
// This header and those it brings in must not emit any function: the files that include it are compiled for
// instructions that the running processor may lack.
#pragma once

#include <cstddef>

#include "nn/activation.h"

namespace fm {

using Index = std::ptrdiff_t;  // as in core/types.h, whose Eigen must not come in here

constexpr std::size_t cache_line = 64;

/// Points in a block. Measured on Zen 3 for widths 64 to 512: 128 is as fast, 256 slower (activations leave
/// the caches); the smaller of equals leaves more blocks for threads and less padding.
constexpr Index block_points = 64;

/// Distance between the rows of a block: one cache line more than a power of two of them, so that the rows of
/// a column of 16 points do not all fall into the same few sets of the first-level cache.
constexpr Index block_stride = block_points + 16;

/// y = W x + b; weights (outputs, inputs) row-major.
template <class T>
struct AffineLayer {
  Index inputs, outputs;
  const T* weights;
  const T* bias;
};

/// Numbers that a call of `backward_input` or `backward_parameters` needs as scratch memory, for a layer with
/// no width above `width`: 48 padded rows of transposed weights, or the inputs in panels of at most 32.
constexpr Index scratch_size(Index width) {
  return (width + 63) / 32 * 32 * block_points;
}

/// The numbers of one step: p <- shrink p - rate m / (sqrt(v) / root + epsilon) with the means first updated
/// by scale * gradient.
template <class T>
struct AdamStep {
  T beta1, beta2, epsilon;
  T scale;   ///< of the gradient
  T rate;    ///< learning rate / (1 - beta1^k)
  T root;    ///< sqrt(1 - beta2^k)
  T shrink;  ///< 1 - learning rate * weight decay
};

/// x, y, slope and their derivatives are blocks: (features, block_points) with rows block_stride apart, on
/// 64-byte boundaries. Every column is computed by the same operations in the same order.
template <class T>
struct Kernels {
  /// y = W x + b.
  void (*affine)(const AffineLayer<T>& layer, const T* x, T* y);
  /// y = act(W x + b), and slope = act'(W x + b) unless slope is null.
  void (*activated)(const AffineLayer<T>& layer, Activation activation, const T* x, T* y, T* slope);
  /// dy = slope * (W dx), slope = 1 if null.
  void (*tangent)(const AffineLayer<T>& layer, const T* dx, const T* slope, T* dy);
  /// dx = slope * (W^T dy), slope = 1 if null. scratch: scratch_size of the larger width, aligned as the
  /// blocks.
  void (*backward_input)(const AffineLayer<T>& layer, const T* dy, const T* slope, T* dx, T* scratch);
  /// d_weights (outputs, inputs) += dy x^T, d_bias (outputs) += sum over points of dy.
  void (*backward_parameters)(const AffineLayer<T>& layer, const T* dy, const T* x, T* d_weights, T* d_bias,
                              T* scratch);
  /// y = act(x), slope = act'(x) unless null; n a multiple of 16. y may be x.
  void (*activate)(Activation activation, Index n, const T* x, T* y, T* slope);
  /// One step of Adam or AdamW (optimizer.h) for n parameters.
  void (*adam)(const AdamStep<T>& step, Index n, const T* gradient, T* mean, T* variance, T* parameters);
  /// average = decay average + (1 - decay) parameters.
  void (*update_average)(T decay, Index n, const T* parameters, T* average);
};

/// The tables of one instruction set.
struct KernelSet {
  Kernels<float> in_float;
  Kernels<double> in_double;
};
extern const KernelSet portable_kernels, avx2_kernels, avx512_kernels;  // the last two on x86-64 only

}  // namespace fm
