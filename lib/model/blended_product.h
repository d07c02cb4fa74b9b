// The product of a matrix that lies between two others with a vector: what the preconditioner's slopes take,
// and at high dimension most of its time. The same bits for every instruction set.
#pragma once

#include <cstdint>

namespace fm {

/// y (n) += (w0 a + w1 b) x for a, b (n, n) column-major.
using BlendedProduct = void (*)(std::int64_t n, double w0, const double* a, double w1, const double* b,
                                const double* x, double* y);

/// Of the instruction set in use.
BlendedProduct blended_product();

extern const BlendedProduct blended_product_portable, blended_product_avx2, blended_product_avx512;

}  // namespace fm
