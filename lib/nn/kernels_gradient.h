// Gradient of a layer's parameters: d_weights = dy x^T by the tile of kernels_products.h, after some inputs
// of x are transposed into a panel (points, inputs), which stays in the first-level cache while dy passes by.
// Summing over lanes instead would need one horizontal sum a weight and block, which costs more than the
// transposition. Tried and not kept: prefetching dy, d_weights or the next panel, which gains nothing.
#pragma once

#include "nn/kernels_products.h"

namespace fm {
namespace {

/// A tile at `to`, rows `stride` apart, becomes sum, or what is there plus sum if `add`.
template <bool add, int rows, int vectors, class T>
FM_INLINE void put_tile(T* to, Index stride, const Lanes<T> (&sum)[rows][vectors]) {
  for (int r = 0; r < rows; ++r)
    for (int v = 0; v < vectors; ++v) {
      T* place = to + r * stride + v * lane_count<T>;
      store(place, add ? load(place) + sum[r][v] : sum[r][v]);
    }
}

/// The same where only the first `columns` of the tile exist.
template <int rows, int vectors, class T>
FM_INLINE void put_part(T* to, Index stride, const Lanes<T> (&sum)[rows][vectors], Index columns, bool add) {
  T all[rows * vectors * lane_count<T>];
  put_tile<false, rows, vectors, T>(all, vectors * lane_count<T>, sum);
  for (int r = 0; r < rows; ++r)
    for (Index c = 0; c < columns; ++c) {
      const T part = all[r * vectors * lane_count<T> + c];
      to[r * stride + c] = add ? to[r * stride + c] + part : part;
    }
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

/// How the points of a block lie in a row of operands.
template <class T>
constexpr Index row_length = block_points;
template <class T>
constexpr Index row_stride = block_stride;
/// What counts each point once.
template <class T>
constexpr T one = 1;

template <class T>
FM_INLINE SumOf<T> sum_of_row(const T* row) {
  Lanes<SumOf<T>> sum = {};
  for (Index n = 0; n < row_length<T>; n += lane_count<T>) multiply_add(sum, one<T>, load(row + n));
  return sum_of_lanes<SumOf<T>>(sum);
}

/// Rows `row`, ... and `columns` columns from column `first` on of d_weights, from the panel of these columns
/// of x^T (points, vectors * lanes).
template <int rows, int vectors, class T>
FM_INLINE void gradient_tile(const LayerGradient<T>& g, Index row, const T* panel, Index first,
                             Index columns) {
  constexpr Index width = vectors * lane_count<T>;
  Lanes<SumOf<T>> sum[rows][vectors];
  clear(sum);
  for (Index b = 0; b < g.blocks; ++b)
    add_product<rows, vectors, T>(sum, g.dy[b] + row * row_stride<T>, row_stride<T>,
                                  panel + b * row_length<T> * width, width, row_length<T>);
  SumOf<T>* to = g.d_weights + row * g.inputs + first;
  if (columns < width)
    put_part<rows, vectors, SumOf<T>>(to, g.inputs, sum, columns, g.add);
  else if (g.add)
    put_tile<true, rows, vectors, SumOf<T>>(to, g.inputs, sum);
  else
    put_tile<false, rows, vectors, SumOf<T>>(to, g.inputs, sum);
}

/// Columns first, ..., first + columns - 1 of d_weights, at most `vectors` vectors of them.
template <int vectors, class T>
FM_INLINE void gradient_panel(const LayerGradient<T>& g, Index first, Index columns) {
  constexpr Index width = vectors * lane_count<T>;
  alignas(cache_line) T panel[gradient_blocks * row_length<T> * width];
  for (Index b = 0; b < g.blocks; ++b)
    transpose(columns, row_length<T>, g.x[b] + first * row_stride<T>, row_stride<T>,
              panel + b * row_length<T> * width, width);
  for_each_strip(g.outputs, [&](Index row, auto rows) {
    gradient_tile<rows.value, vectors>(g, row, panel, first, columns);
  });
}

template <class T>
void gradient_part(const LayerGradient<T>& g, Index first) {
  const Index end = first + gradient_inputs < g.inputs ? first + gradient_inputs : g.inputs;
  for (Index k = first; k < end; k += tile_width<T>)
    if (end - k <= lane_count<T>)
      gradient_panel<1>(g, k, end - k);
    else
      gradient_panel<tile_vectors>(g, k, end - k < tile_width<T> ? end - k : tile_width<T>);
  if (first > 0) return;
  for (Index j = 0; j < g.outputs; ++j) {
    SumOf<T> sum = g.add ? g.d_bias[j] : SumOf<T>{0};
    for (Index b = 0; b < g.blocks; ++b) sum += sum_of_row(g.dy[b] + j * row_stride<T>);
    g.d_bias[j] = sum;
  }
}

}  // namespace
}  // namespace fm
