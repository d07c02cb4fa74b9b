// The three matrix products of a layer, by one register tile:
//   c(r, n) = sum_k a(r, k) b(k, n)   for `tile_rows` rows r and `tile_vectors` vectors of lanes n,
// a broadcast number by number, b loaded by vectors, c held in registers. Each c(r, n) is one chain of
// multiply-adds in the order of k, whatever r, n, and the numbers beside it: the same bits in any place.
//   affine:              a = W,        b = x,    n = points
//   backward_input:      a = W^T,      b = dy,   n = points    (strips of W are packed first)
//   backward_parameters: a = dy,       b = x^T,  n = inputs    (x is transposed first)
#pragma once

#include "nn/kernels_activation.h"

namespace fm {
namespace {

/// Width of a tile: columns of c.
template <class T>
constexpr Index tile_width = tile_vectors* lane_count<T>;

template <int n>
struct Constant {
  static constexpr int value = n;
};

/// Calls body(first, Constant<rows>) for strips that cover 0, ..., count - 1, of at most tile_rows and as
/// equal as they can be: a strip of few rows cannot keep the multiply-add units busy.
template <int rows = tile_rows, class Body>
FM_INLINE void with_rows(Index wanted, const Body& body) {
  if constexpr (rows > 1)
    if (wanted < rows) return with_rows<rows - 1>(wanted, body);
  body(Constant<rows>{});
}
template <class Body>
FM_INLINE void for_each_strip(Index count, const Body& body) {
  const Index strips = (count + tile_rows - 1) / tile_rows;
  for (Index s = 0, first = 0; s < strips; ++s) {
    const Index rows = count / strips + (s < count % strips);
    with_rows(rows, [&](auto constant) { body(first, constant); });
    first += rows;
  }
}

/// One tile. a(r, k) = a[r a_row + k a_step]; b(k, .) = b + k b_row; tail(r, v, sum) takes each finished
/// vector.
template <int rows, class T, class Tail>
FM_INLINE void tile(const T* a, Index a_row, Index a_step, const T* b, Index b_row, Index depth,
                    const Tail& tail) {
  Lanes<T> sum[rows][tile_vectors] = {};
  for (Index k = 0; k < depth; ++k) {
    Lanes<T> bk[tile_vectors];
    for (int v = 0; v < tile_vectors; ++v) bk[v] = load(b + k * b_row + v * lane_count<T>);
    for (int r = 0; r < rows; ++r)
      for (int v = 0; v < tile_vectors; ++v) sum[r][v] += a[r * a_row + k * a_step] * bk[v];
  }
  for (int r = 0; r < rows; ++r)
    for (int v = 0; v < tile_vectors; ++v) tail(r, v, sum[r][v]);
}

/// Rows first, ... of W x for all points of a block; tail(row, point, sum).
template <int rows, class T, class Tail>
FM_INLINE void forward_strip(const AffineLayer<T>& layer, Index first, const T* x, const Tail& tail) {
  for (Index n = 0; n < block_points; n += tile_width<T>)
    tile<rows>(layer.weights + first * layer.inputs, layer.inputs, 1, x + n, block_stride, layer.inputs,
               [&](int r, int v, Lanes<T> sum) { tail(first + r, n + v * lane_count<T>, sum); });
}

template <class T>
void affine(const AffineLayer<T>& layer, const T* x, T* y) {
  for_each_strip(layer.outputs, [&](Index first, auto rows) {
    forward_strip<rows.value>(layer, first, x, [&](Index j, Index n, Lanes<T> sum) {
      store(y + j * block_stride + n, sum + layer.bias[j]);
    });
  });
}

template <class T>
void activated_affine(const AffineLayer<T>& layer, Activation activation, const T* x, T* y, T* slope) {
  for_each_strip(layer.outputs, [&](Index first, auto rows) {
    forward_strip<rows.value>(layer, first, x, [&](Index j, Index n, Lanes<T> sum) {
      store(y + j * block_stride + n, sum + layer.bias[j]);
    });
    for (Index j = first; j < first + rows.value; ++j) {  // while the strip is in the first-level cache
      T* yj = y + j * block_stride;
      activate(activation, block_points, yj, yj, slope ? slope + j * block_stride : nullptr);
    }
  });
}

/// sum, times the slope at that place if there is one.
template <class T>
FM_INLINE void store_scaled(T* to, const T* slope, Index place, Lanes<T> sum) {
  store(to + place, slope ? sum * load(slope + place) : sum);
}

template <class T>
void tangent(const AffineLayer<T>& layer, const T* dx, const T* slope, T* dy) {
  for_each_strip(layer.outputs, [&](Index first, auto rows) {
    forward_strip<rows.value>(layer, first, dx, [&](Index j, Index n, Lanes<T> sum) {
      store_scaled(dy, slope, j * block_stride + n, sum);
    });
  });
}

/// The strip is packed because the rows of W lie a power of two apart in the usual case and would fall into
/// the same few sets of the caches.
template <class T>
void backward_input(const AffineLayer<T>& layer, const T* dy, const T* slope, T* dx, T* scratch) {
  for_each_strip(layer.inputs, [&](Index first, auto rows) {
    for (Index j = 0; j < layer.outputs; ++j)
      __builtin_memcpy(scratch + j * rows.value, layer.weights + j * layer.inputs + first,
                       sizeof(T) * rows.value);
    for (Index n = 0; n < block_points; n += tile_width<T>)
      tile<rows.value>(scratch, 1, rows.value, dy + n, block_stride, layer.outputs,
                       [&](int r, int v, Lanes<T> sum) {
                         store_scaled(dx, slope, (first + r) * block_stride + n + v * lane_count<T>, sum);
                       });
  });
}

}  // namespace
}  // namespace fm
