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

/// A square of lanes x lanes is transposed by exchanging off-diagonal quarters of halves, quarters, ...
template <class T, int half = lane_count<T> / 2>
FM_INLINE void transpose_square(Lanes<T> (&square)[lane_count<T>]) {
  for (int r = 0; r < lane_count<T>; ++r)
    if (!(r & half))
      exchange<half>(square[r], square[r + half], std::make_integer_sequence<int, lane_count<T>>{});
  if constexpr (half > 1) transpose_square<T, half / 2>(square);
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

template <class T>
FM_INLINE T sum_of_row(const T* row) {
  Lanes<T> sum = load(row);
  for (Index n = lane_count<T>; n < block_points; n += lane_count<T>) sum += load(row + n);
  for (int half = lane_count<T> / 2; half > 0; half /= 2)
    for (int i = 0; i < half; ++i) sum[i] += sum[i + half];
  return sum[0];
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
