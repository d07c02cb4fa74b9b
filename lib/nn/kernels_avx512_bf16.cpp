// Kernels for AVX512_BF16 (flags.cmake): the tiles of kernels_avx512.cpp over pairs. A strip is an even
// number of rows, so that it fills whole pairs of the next layer's operands. Denormals count as 0.
#if defined(__x86_64__)
namespace fm {
namespace {
constexpr int vector_bytes = 64;
constexpr int tile_rows = 12;
constexpr int tile_vectors = 2;
}  // namespace
}  // namespace fm

#include "nn/bf16_kernels.h"
#include "nn/kernels_lanes.h"

namespace fm {
namespace {

/// The two products of each lane, added one after the other.
FM_INLINE void multiply_add(Lanes<float>& sum, Bf16Pair a, const Lanes<Bf16Pair>& b) {
  sum = (Lanes<float>)_mm512_dpbf16_ps((__m512)sum, (__m512bh)_mm512_set1_epi32((int)a), (__m512bh)b);
}

}  // namespace
}  // namespace fm

#include "nn/kernels_gradient.h"

namespace fm {
namespace {

template <>
constexpr Index row_length<Bf16Pair> = pairs_of(block_points);
template <>
constexpr Index row_stride<Bf16Pair> = bf16_stride;
template <>
constexpr Bf16Pair one<Bf16Pair> = 0x3f803f80;

constexpr int lanes = lane_count<float>;

/// The lanes of `first`, then those of `second`.
FM_INLINE __m512i rounded(Lanes<float> first, Lanes<float> second) {
  return (__m512i)_mm512_cvtne2ps_pbh((__m512)second, (__m512)first);
}

/// Lane i of both halves of x side by side.
FM_INLINE __m512i interleaved(__m512i x) {
  typedef short Halves __attribute__((vector_size(64)));
  return (__m512i)__builtin_shufflevector((Halves)x, (Halves)x, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6,
                                          22, 7, 23, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15,
                                          31);
}

/// Rows `row` and row + 1 of y, row even, from two rows of floats.
FM_INLINE void round_rows(const float* first, const float* second, const Bf16View<Bf16Pair>& y, Index row) {
  Bf16Pair* both = y.by_features + row / 2 * block_stride;
  for (Index n = 0; n < block_points; n += lanes)
    store(both + n, interleaved(rounded(load(first + n), load(second + n))));
  Bf16Pair* each = y.by_points + row * bf16_stride;
  for (Index n = 0; n < block_points; n += 2 * lanes) {
    store(each + n / 2, rounded(load(first + n), load(first + n + lanes)));
    store(each + n / 2 + bf16_stride, rounded(load(second + n), load(second + n + lanes)));
  }
}

void round_block(Index features, const float* x, const Bf16View<Bf16Pair>& y) {
  constexpr float zeros[block_points] = {};
  for (Index f = 0; f < features; f += 2)
    round_rows(x + f * block_stride, f + 1 < features ? x + (f + 1) * block_stride : zeros, y, f);
}

void round_matrix(Index rows, Index columns, const float* from, Index stride, Bf16Pair* to) {
  for (Index r = 0; r < rows; ++r)
    for (Index c = 0; c < columns; c += 2 * lanes) {
      const Lanes<float> first = load_first(from + r * stride + c, columns - c);
      const Lanes<float> second = c + lanes < columns
                                      ? load_first(from + r * stride + c + lanes, columns - c - lanes)
                                      : Lanes<float>{};
      const Index pairs = pairs_of(columns - c) < lanes ? pairs_of(columns - c) : lanes;
      _mm512_mask_storeu_epi32(to + r * pairs_of(columns) + c / 2, (__mmask16)((1u << pairs) - 1),
                               rounded(first, second));
    }
}

FM_INLINE Matrix<Bf16Pair> weights(const Bf16Layer& layer) {
  return {2 * pairs_of(layer.outputs), pairs_of(layer.inputs), pairs_of(layer.inputs), layer.weights};
}

/// Calls put(row, point, sum) for the sums of w x of an even number of rows at a time, from `first` on, and
/// then done(first, rows).
template <class Put, class Done>
FM_INLINE void for_each_pair_strip(const Matrix<Bf16Pair>& w, const Bf16Pair* x, const Put& put,
                                   const Done& done) {
  for_each_strip<tile_rows / 2>(w.rows / 2, [&](Index first, auto pairs) {
    strip<2 * pairs.value>(w, 2 * first, x,
                           [&](Index j, Index n, Lanes<float> sum) { put(j, j - 2 * first, n, sum); });
    done(2 * first, 2 * pairs.value);
  });
}

/// Room for the floats of a strip, which stay in the first-level cache until they are rounded.
struct Strip {
  alignas(cache_line) float values[tile_rows * block_stride];

  float* at(Index row, Index n) { return values + row * block_stride + n; }
  void round(Index first, Index rows, const Bf16View<Bf16Pair>& y) {
    for (Index r = 0; r < rows; r += 2) round_rows(at(r, 0), at(r + 1, 0), y, first + r);
  }
};

void activated(const Bf16Layer& layer, Activation activation, const Bf16Pair* x, const Bf16View<Bf16Pair>& y,
               float* slope) {
  Strip strip;
  for_each_pair_strip(
      weights(layer), x,
      [&](Index j, Index row, Index n, Lanes<float> sum) { store(strip.at(row, n), sum + layer.bias[j]); },
      [&](Index first, Index rows) {
        activate_rows(activation, rows, block_points, strip.values, strip.values,
                      slope ? slope + first * block_stride : nullptr);
        strip.round(first, rows, y);
      });
}

void affine(const Bf16Layer& layer, const Bf16Pair* x, float* y) {
  for_each_pair_strip(
      weights(layer), x,
      [&](Index j, Index, Index n, Lanes<float> sum) {
        store(y + j * block_stride + n, sum + layer.bias[j]);
      },
      [](Index, Index) {});
}

void backward(const Bf16Layer& transposed, const Bf16Pair* dy, const float* slope,
              const Bf16View<Bf16Pair>& dx) {
  Strip strip;
  for_each_pair_strip(
      weights(transposed), dy,
      [&](Index j, Index row, Index n, Lanes<float> sum) {
        store(strip.at(row, n), sum * load(slope + j * block_stride + n));
      },
      [&](Index first, Index rows) { strip.round(first, rows, dx); });
}

}  // namespace

const Bf16Kernels avx512_bf16_kernels = {.round_block = round_block,
                                         .round_matrix = round_matrix,
                                         .activated = activated,
                                         .affine = affine,
                                         .backward = backward,
                                         .gradient_part = gradient_part<Bf16Pair>};
}  // namespace fm
#endif
