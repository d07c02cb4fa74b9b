// The loops of blended_product.h over vectors of lanes. Included once by each blended_product_<instruction
// set>.cpp, which has set `vector_bytes` before.
#pragma once

#include "core/lanes.h"
#include "model/blended_product.h"

namespace fm {
namespace {

constexpr int lanes = lane_count<double>;
using Reals = Lanes<double>;

/// Elements d, ..., d + Vectors * lanes - 1 of y: each is a sum over the columns in their order.
template <int Vectors>
[[gnu::always_inline]] inline void rows(std::int64_t n, std::int64_t d, double w0, const double* a, double w1,
                                        const double* b, const double* x, double* y) {
  Reals in_a[Vectors] = {}, in_b[Vectors] = {};
  for (std::int64_t j = 0; j < n; ++j)
    for (int v = 0; v < Vectors; ++v) {
      in_a[v] += x[j] * load(a + j * n + d + v * lanes);
      in_b[v] += x[j] * load(b + j * n + d + v * lanes);
    }
  for (int v = 0; v < Vectors; ++v)
    store(y + d + v * lanes, load(y + d + v * lanes) + (w0 * in_a[v] + w1 * in_b[v]));
}

void product(std::int64_t n, double w0, const double* a, double w1, const double* b, const double* x,
             double* y) {
  std::int64_t d = 0;
  for (; d + 4 * lanes <= n; d += 4 * lanes) rows<4>(n, d, w0, a, w1, b, x, y);
  for (; d + lanes <= n; d += lanes) rows<1>(n, d, w0, a, w1, b, x, y);
  for (; d < n; ++d) {
    double in_a = 0, in_b = 0;
    for (std::int64_t j = 0; j < n; ++j) {
      in_a += x[j] * a[j * n + d];
      in_b += x[j] * b[j * n + d];
    }
    y[d] += w0 * in_a + w1 * in_b;
  }
}

}  // namespace
}  // namespace fm
