// Gradient of a layer's parameters: d_weights += dy x^T by the tile of kernels_products.h, after x is
// transposed into panels: panel p holds inputs p tile_width, ... as (block_points, tile_width), so that a
// tile reads contiguous memory. Summing over lanes instead would need one horizontal sum a weight and block,
// which costs more than the transposition.
#pragma once

#include "nn/kernels_products.h"

namespace fm {
namespace {

/// Lane i of the first result: a[i] where bit `half` of i is 0, else b[i - half]; of the second: a[i + half],
/// b[i].
template <int half, class V, int... i>
FM_INLINE void exchange(V& a, V& b, std::integer_sequence<int, i...>) {
  constexpr int lanes = sizeof...(i);
  const V first = __builtin_shufflevector(a, b, (i & half ? lanes + i - half : i)...);
  b = __builtin_shufflevector(a, b, (i & half ? lanes + i : i + half)...);
  a = first;
}

/// In each group of `group` lanes: the first halves of a and b interleaved, and the second halves.
template <int group, class V, int... i>
FM_INLINE void interleave(const V& a, const V& b, V& low, V& high, std::integer_sequence<int, i...>) {
  constexpr int lanes = sizeof...(i);
  low = __builtin_shufflevector(a, b, (i / group * group + i % group / 2 + i % 2 * lanes)...);
  high = __builtin_shufflevector(a, b, (i / group * group + i % group / 2 + i % 2 * lanes + group / 2)...);
}

/// Transposes a square of lanes x lanes. Down to groups of 16 bytes, off-diagonal quarters change places;
/// squares of such groups are transposed by interleaving rows g and g + group / 2 again and again, which
/// turns the bits of (row, lane) around. Each result is one instruction.
template <class T, int half = lane_count<T> / 2>
FM_INLINE void transpose_square(Lanes<T> (&square)[lane_count<T>]) {
  constexpr int lanes = lane_count<T>, group = 16 / sizeof(T);
  constexpr auto sequence = std::make_integer_sequence<int, lanes>{};
  if constexpr (half >= group) {
    for (int r = 0; r < lanes; ++r)
      if (!(r & half)) exchange<half>(square[r], square[r + half], sequence);
    transpose_square<T, half / 2>(square);
  } else {
    for (int round = 1; round < group; round *= 2) {
      Lanes<T> before[lanes];
      for (int r = 0; r < lanes; ++r) before[r] = square[r];
      for (int r = 0; r < lanes; r += 2) {
        const int from = r / group * group + r % group / 2;
        interleave<group>(before[from], before[from + group / 2], square[r], square[r + 1], sequence);
      }
    }
  }
}

/// x (features, block_points) into panels; columns beyond the features become 0.
template <class T>
void transpose_into_panels(Index features, const T* x, T* panels) {
  constexpr Index lanes = lane_count<T>;
  for (Index f = 0; f < features; f += lanes)
    for (Index n = 0; n < block_points; n += lanes) {
      Lanes<T> square[lanes];
      for (Index r = 0; r < lanes; ++r)
        square[r] = f + r < features ? load(x + (f + r) * block_stride + n) : Lanes<T>{};
      transpose_square<T>(square);
      T* to = panels + (f / tile_width<T> * block_points + n) * tile_width<T> + f % tile_width<T>;
      for (Index r = 0; r < lanes; ++r) store(to + r * tile_width<T>, square[r]);
    }
}

/// `to` += the first `count` lanes of sum.
template <class T>
FM_INLINE void add_lanes(T* to, Index count, Lanes<T> sum) {
  if (count >= lane_count<T>) return store(to, load(to) + sum);
  for (Index i = 0; i < count; ++i) to[i] += sum[i];
}

/// By halves: lane i + lane i + half, and so on.
template <class T, int half = lane_count<T> / 2>
FM_INLINE T sum_of_lanes(Lanes<T> x) {
  if constexpr (half == 0) {
    return x[0];
  } else {
    Lanes<T> low = x, high = x;
    exchange<half>(low, high, std::make_integer_sequence<int, lane_count<T>>{});
    return sum_of_lanes<T, half / 2>(x + high);
  }
}

template <class T>
FM_INLINE T sum_of_row(const T* row) {
  Lanes<T> sum = load(row);
  for (Index n = lane_count<T>; n < block_points; n += lane_count<T>) sum += load(row + n);
  return sum_of_lanes<T>(sum);
}

template <class T>
void backward_parameters(const AffineLayer<T>& layer, const T* dy, const T* x, T* d_weights, T* d_bias,
                         T* scratch) {
  const Index inputs = layer.inputs;
  transpose_into_panels(inputs, x, scratch);
  for_each_strip(layer.outputs, [&](Index first, auto rows) {
    for (Index k = 0; k < inputs; k += tile_width<T>)
      tile<rows.value>(dy + first * block_stride, block_stride, 1, scratch + k * block_points, tile_width<T>,
                       block_points, [&](int r, int v, Lanes<T> sum) {
                         const Index column = k + v * lane_count<T>;
                         add_lanes(d_weights + (first + r) * inputs + column, inputs - column, sum);
                       });
  });
  for (Index j = 0; j < layer.outputs; ++j) d_bias[j] += sum_of_row(dy + j * block_stride);
}

}  // namespace
}  // namespace fm
