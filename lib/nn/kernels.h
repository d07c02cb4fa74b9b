// The inner loops of the network as a table of functions, one table for each instruction set and scalar.
// This header and those it brings in must not emit any function: the files that include it are compiled for
// instructions that the running processor may lack.
#pragma once

#include <cstddef>
#include <type_traits>

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

/// Distance between the rows of transposed weights (inputs, outputs): whole cache lines, and more than a
/// power of two of them where the width is one, as in blocks.
constexpr Index transposed_stride(Index outputs) {
  return (outputs + 15) / 16 * 16 + 16;
}

/// Blocks whose points a sum of a gradient takes up before it goes to memory: 256 points of as many inputs as
/// a register tile is wide fill two thirds of a first-level cache of 48 KiB.
constexpr Index gradient_blocks = 4;

/// What products of operands of a type are summed in: pairs in bf16 (nn/bf16_kernels.h) in float.
template <class Operand>
using SumOf = std::conditional_t<std::is_same_v<Operand, double>, double, float>;

/// The gradient of a layer's parameters over the points of some blocks:
///   d_weights (outputs, inputs) = sum of dy x^T, d_bias (outputs) = sum of dy, added to what is there if
///   `add`.
template <class T>
struct LayerGradient {
  Index inputs, outputs;
  Index blocks;                  ///< at most gradient_blocks
  const T* dy[gradient_blocks];  ///< each a block of `outputs` features
  const T* x[gradient_blocks];   ///< each a block of `inputs` features
  SumOf<T>* d_weights;
  SumOf<T>* d_bias;
  bool add;
};

/// Inputs that a part of a gradient covers: some tiles of every instruction set.
constexpr Index gradient_inputs = 32;

/// Numbers that a call of `backward_input` needs as scratch memory for a layer of so many outputs: 48 padded
/// rows of transposed weights.
constexpr Index scratch_size(Index outputs) {
  return 48 * transposed_stride(outputs);
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
  /// dx = slope * (W^T dy), slope = 1 if null. scratch: scratch_size, aligned as the blocks.
  void (*backward_input)(const AffineLayer<T>& layer, const T* dy, const T* slope, T* dx, T* scratch);
  /// The same from weights that are transposed already: (inputs, outputs), rows transposed_stride apart.
  /// dx may be slope.
  void (*backward_transposed)(const AffineLayer<T>& transposed, const T* dy, const T* slope, T* dx);
  /// W^T as backward_transposed reads it; `to` (inputs rounded up to a multiple of 16) x transposed_stride.
  void (*transpose_weights)(const AffineLayer<T>& layer, T* to);
  /// The part of the gradient whose inputs are first, ..., first + gradient_inputs - 1 as far as there are
  /// any; `first` a multiple of gradient_inputs. d_bias belongs to the part at 0.
  void (*gradient_part)(const LayerGradient<T>& gradient, Index first);
  /// y = act(x), slope = act'(x) unless null; n a multiple of 16. y may be x.
  void (*activate)(Activation activation, Index n, const T* x, T* y, T* slope);
  /// One step of Adam or AdamW (optimizer.h) for n parameters.
  void (*adam)(const AdamStep<T>& step, Index n, const T* gradient, T* mean, T* variance, T* parameters);
  /// Whether all n numbers are finite.
  bool (*all_finite)(Index n, const T* x);
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
