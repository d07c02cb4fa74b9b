// The loops of blended_product.h over vectors of lanes. Included once by each blended_product_<instruction
// set>.cpp, which has set `vector_bytes` and `tile_vectors` before.
#pragma once

#include "core/lanes.h"
#include "model/blended_product.h"

namespace fm {
namespace {

constexpr int lanes = lane_count<double>;
using Reals = Lanes<double>;

/// Elements d, ..., d + Vectors * lanes - 1 of some y, from `skip` of them on: each is a sum over the columns
/// in their order.
template <int Points, int Vectors>
[[gnu::always_inline]] inline void rows(std::int64_t n, std::int64_t d, std::int64_t skip,
                                        const BlendedPoint* points) {
  const double *const a = points->a, *const b = points->b;
  Reals in_a[Points][Vectors] = {}, in_b[Points][Vectors] = {};
  for (std::int64_t j = 0; j < n; ++j)
    for (int v = 0; v < Vectors; ++v) {
      const Reals from_a = load(a + j * n + d + v * lanes), from_b = load(b + j * n + d + v * lanes);
      for (int p = 0; p < Points; ++p) {
        in_a[p][v] += points[p].x[j] * from_a;
        in_b[p][v] += points[p].x[j] * from_b;
      }
    }
  for (int p = 0; p < Points; ++p) {
    const BlendedPoint& point = points[p];
    for (int v = 0; v < Vectors; ++v) {
      const Reals sum = point.w0 * in_a[p][v] + point.w1 * in_b[p][v];
      double* const y = point.y + d + v * lanes;
      if (skip == 0)
        store(y, load(y) + sum);
      else
        for (std::int64_t i = skip; i < lanes; ++i) y[i] += sum[i];
    }
  }
}

/// All rows of points between the same two matrices; the last rows by a vector that ends with them, if there
/// are enough for one.
template <int Points>
void all_rows(std::int64_t n, const BlendedPoint* points) {
  std::int64_t d = 0;
  for (; d + tile_vectors * lanes <= n; d += tile_vectors * lanes)
    rows<Points, tile_vectors>(n, d, 0, points);
  for (; d + lanes <= n; d += lanes) rows<Points, 1>(n, d, 0, points);
  if (d < n && n >= lanes) return rows<Points, 1>(n, n - lanes, lanes - (n - d), points);
  for (; d < n; ++d)
    for (int p = 0; p < Points; ++p) {
      double in_a = 0, in_b = 0;
      for (std::int64_t j = 0; j < n; ++j) {
        in_a += points[p].x[j] * points[p].a[j * n + d];
        in_b += points[p].x[j] * points[p].b[j * n + d];
      }
      points[p].y[d] += points[p].w0 * in_a + points[p].w1 * in_b;
    }
}

void product(std::int64_t n, std::int64_t count, const BlendedPoint* points) {
  constexpr int at_once = 4;
  for (std::int64_t p = 0; p < count;) {
    int together = 1;
    while (together < at_once && p + together < count && points[p + together].a == points[p].a) ++together;
    if (together == at_once) {
      all_rows<at_once>(n, points + p);
      p += at_once;
    } else {
      all_rows<1>(n, points + p++);
    }
  }
}

}  // namespace
}  // namespace fm
