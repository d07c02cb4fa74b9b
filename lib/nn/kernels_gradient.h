// Gradient of a layer's parameters: d_weights += dy x^T by the tile of kernels_products.h, after x is
// transposed into panels: panel p holds inputs p tile_width, ... as (block_points, tile_width), so that a
// tile reads contiguous memory. Summing over lanes instead would need one horizontal sum a weight and block,
// which costs more than the transposition.
#pragma once

#include "nn/kernels_products.h"

namespace fm {
namespace {

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
  for (Index k = 0; k < inputs; k += tile_width<T>) {
    const Index features = inputs - k < tile_width<T> ? inputs - k : tile_width<T>;
    transpose(features, block_points, x + k * block_stride, block_stride, scratch + k * block_points,
              tile_width<T>);
  }
  for_each_strip(layer.outputs, [&](Index first, auto rows) {
    for (Index k = 0; k < inputs; k += tile_width<T>)
      tile<rows.value>(dy + first * block_stride, block_stride, scratch + k * block_points, tile_width<T>,
                       block_points, [&](int r, int v, Lanes<T> sum) {
                         const Index column = k + v * lane_count<T>;
                         add_lanes(d_weights + (first + r) * inputs + column, inputs - column, sum);
                       });
  });
  for (Index j = 0; j < layer.outputs; ++j) d_bias[j] += sum_of_row(dy + j * block_stride);
}

}  // namespace
}  // namespace fm
