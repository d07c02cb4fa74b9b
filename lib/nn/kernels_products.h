// The three matrix products of a layer, by one register tile:
//   c(r, n) = sum_k a(r, k) b(k, n)   for `tile_rows` rows r and `tile_vectors` vectors of lanes n,
// a broadcast number by number, b loaded by vectors, c held in registers. Each c(r, n) is one chain of
// multiply-adds in the order of k, whatever r, n, and the numbers beside it: the same bits in any place.
//   affine:              a = W,        b = x,    n = points
//   backward_input:      a = W^T,      b = dy,   n = points    (W is transposed first)
//   gradient_part:       a = dy,       b = x^T,  n = inputs    (x is transposed first)
#pragma once

#include "nn/kernels_activation.h"
#include "nn/kernels_transpose.h"

namespace fm {
namespace {

/// Width of a tile: columns of c.
template <class T>
constexpr Index tile_width = tile_vectors* lane_count<T>;

template <int n>
struct Constant {
  static constexpr int value = n;
};

/// Calls body(first, Constant<rows>) for strips that cover 0, ..., count - 1, of at most `most` and as
/// equal as they can be: a strip of few rows cannot keep the multiply-add units busy.
template <int rows, class Body>
FM_INLINE void with_rows(Index wanted, const Body& body) {
  if constexpr (rows > 1)
    if (wanted < rows) return with_rows<rows - 1>(wanted, body);
  body(Constant<rows>{});
}
template <int most = tile_rows, class Body>
FM_INLINE void for_each_strip(Index count, const Body& body) {
  const Index strips = (count + most - 1) / most;
  for (Index s = 0, first = 0; s < strips; ++s) {
    const Index rows = count / strips + (s < count % strips);
    with_rows<most>(rows, [&](auto constant) { body(first, constant); });
    first += rows;
  }
}

/// sum += a b for one multiply-add of each lane.
template <class T>
FM_INLINE void multiply_add(Lanes<T>& sum, T a, const Lanes<T>& b) {
  sum += a * b;
}

/// Sums of a tile before anything is added. One by one: g++ 12 zeroes an initialised array in memory.
template <int rows, int vectors, class V>
FM_INLINE void clear(V (&sum)[rows][vectors]) {
  for (int r = 0; r < rows; ++r)
    for (int v = 0; v < vectors; ++v) sum[r][v] = V{};
}

/// sum += a b for one tile. Row r of a starts at a + r a_stride, row k of b at b + k b_stride.
template <int rows, int vectors, class T>
FM_INLINE void add_product(Lanes<SumOf<T>> (&sum)[rows][vectors], const T* a, Index a_stride, const T* b,
                           Index b_stride, Index depth) {
  for (Index k = 0; k < depth; ++k) {
    Lanes<T> bk[vectors];
    for (int v = 0; v < vectors; ++v) bk[v] = load(b + k * b_stride + v * lane_count<T>);
    for (int r = 0; r < rows; ++r)
      for (int v = 0; v < vectors; ++v) multiply_add(sum[r][v], a[r * a_stride + k], bk[v]);
  }
}

/// One tile of a b; tail(r, v, sum) takes each finished vector.
template <int rows, class T, class Tail>
FM_INLINE void tile(const T* a, Index a_stride, const T* b, Index b_stride, Index depth, const Tail& tail) {
  Lanes<SumOf<T>> sum[rows][tile_vectors];
  clear(sum);
  add_product<rows, tile_vectors, T>(sum, a, a_stride, b, b_stride, depth);
  for (int r = 0; r < rows; ++r)
    for (int v = 0; v < tile_vectors; ++v) tail(r, v, sum[r][v]);
}

/// A matrix (rows, depth) whose rows start `stride` apart.
template <class T>
struct Matrix {
  Index rows, depth, stride;
  const T* data;
};
template <class T>
FM_INLINE Matrix<T> weights(const AffineLayer<T>& layer) {
  return {layer.outputs, layer.inputs, layer.inputs, layer.weights};
}

/// Rows first, ... of w x for all points of a block; tail(row, point, sum).
template <int rows, class T, class Tail>
FM_INLINE void strip(const Matrix<T>& w, Index first, const T* x, const Tail& tail) {
  for (Index n = 0; n < block_points; n += tile_width<T>)
    tile<rows>(w.data + first * w.stride, w.stride, x + n, block_stride, w.depth,
               [&](int r, int v, Lanes<SumOf<T>> sum) { tail(first + r, n + v * lane_count<T>, sum); });
}

template <class T>
void affine(const AffineLayer<T>& layer, const T* x, T* y) {
  for_each_strip(layer.outputs, [&](Index first, auto rows) {
    strip<rows.value>(weights(layer), first, x, [&](Index j, Index n, Lanes<T> sum) {
      store(y + j * block_stride + n, sum + layer.bias[j]);
    });
  });
}

template <class T>
void activated_affine(const AffineLayer<T>& layer, Activation activation, const T* x, T* y, T* slope) {
  for_each_strip(layer.outputs, [&](Index first, auto rows) {
    strip<rows.value>(weights(layer), first, x, [&](Index j, Index n, Lanes<T> sum) {
      store(y + j * block_stride + n, sum + layer.bias[j]);
    });
    const Index place = first * block_stride;  // while the strip is in the first-level cache
    activate_rows(activation, rows.value, block_points, y + place, y + place,
                  slope ? slope + place : nullptr);
  });
}

/// y = slope * (w x), slope = 1 if null.
template <class T>
FM_INLINE void scaled_product(const Matrix<T>& w, const T* x, const T* slope, T* y) {
  for_each_strip(w.rows, [&](Index first, auto rows) {
    strip<rows.value>(w, first, x, [&](Index j, Index n, Lanes<T> sum) {
      const Index place = j * block_stride + n;
      store(y + place, slope ? sum * load(slope + place) : sum);
    });
  });
}

template <class T>
void tangent(const AffineLayer<T>& layer, const T* dx, const T* slope, T* dy) {
  scaled_product(weights(layer), dx, slope, dy);
}

/// W is transposed a few columns at a time: 48 are whole strips, vectors and cache lines for every
/// instruction set.
template <class T>
void backward_input(const AffineLayer<T>& layer, const T* dy, const T* slope, T* dx, T* scratch) {
  constexpr Index columns = 48;
  const Index stride = transposed_stride(layer.outputs);
  for (Index first = 0; first < layer.inputs; first += columns) {
    const Index count = layer.inputs - first < columns ? layer.inputs - first : columns;
    transpose(layer.outputs, count, layer.weights + first, layer.inputs, scratch, stride);
    const Index place = first * block_stride;
    scaled_product({count, layer.outputs, stride, scratch}, dy, slope ? slope + place : nullptr, dx + place);
  }
}

template <class T>
void backward_transposed(const AffineLayer<T>& transposed, const T* dy, const T* slope, T* dx) {
  scaled_product(
      {transposed.outputs, transposed.inputs, transposed_stride(transposed.inputs), transposed.weights}, dy,
      slope, dx);
}

template <class T>
void transpose_weights(const AffineLayer<T>& layer, T* to) {
  transpose(layer.outputs, layer.inputs, layer.weights, layer.inputs, to, transposed_stride(layer.outputs));
}

}  // namespace
}  // namespace fm
