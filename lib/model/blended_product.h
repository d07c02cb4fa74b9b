// Products of matrices that lie between two others with vectors: what the preconditioner's slopes take, and
// at high dimension most of its time. The same bits for every instruction set, and for any points together.
#pragma once

#include <cstdint>

namespace fm {

/// The matrix w0 a + w1 b for a, b (n, n) column-major, a vector x (n), and what their product is added to, y
/// (n).
struct BlendedPoint {
  const double *a, *b;
  double w0, w1;
  const double* x;
  double* y;
};

/// y += (w0 a + w1 b) x of each of `count` points. Neighbours that lie between the same two matrices share
/// the way of these from memory.
using BlendedProduct = void (*)(std::int64_t n, std::int64_t count, const BlendedPoint* points);

/// Of the instruction set in use.
BlendedProduct blended_product();

extern const BlendedProduct blended_product_portable, blended_product_avx2, blended_product_avx512;

}  // namespace fm
