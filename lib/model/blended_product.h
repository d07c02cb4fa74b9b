// Products of matrices that lie between two others with vectors: what the preconditioner's slopes take, and
// at high dimension most of its time. The same bits for every instruction set, and for any points together.
#pragma once

#include <cstdint>

namespace fm {

/// A vector x (n) and what its product is added to, y (n); the matrix is w0 a + w1 b.
struct BlendedPoint {
  double w0, w1;
  const double* x;
  double* y;
};

/// y += (w0 a + w1 b) x of each of `count` points, for a, b (n, n) column-major: points that lie between the
/// same two matrices share their way from memory.
using BlendedProduct = void (*)(std::int64_t n, const double* a, const double* b, std::int64_t count,
                                const BlendedPoint* points);

/// Of the instruction set in use.
BlendedProduct blended_product();

extern const BlendedProduct blended_product_portable, blended_product_avx2, blended_product_avx512;

}  // namespace fm
