// Transposition of matrices, square by square in registers.
#pragma once

#include "nn/kernels_lanes.h"

namespace fm {
namespace {

/// Lane i of the first result: a[i] where bit `half` of i is 0, else b[i - half]; of the second: a[i + half],
/// b[i].
template <int half, class V, int... i>
FM_INLINE void exchange(V& a, V& b, std::integer_sequence<int, i...>) {
  constexpr int lanes = sizeof...(i);
  const V first = __builtin_shufflevector(a, b, (i & half ? lanes + i - half : i)...);
  b = __builtin_shufflevector(a, b, (i & half ? lanes + i : i + half)...);
  a = first;
}

/// In each group of `group` lanes: the first halves of a and b interleaved, and the second halves.
template <int group, class V, int... i>
FM_INLINE void interleave(const V& a, const V& b, V& low, V& high, std::integer_sequence<int, i...>) {
  constexpr int lanes = sizeof...(i);
  low = __builtin_shufflevector(a, b, (i / group * group + i % group / 2 + i % 2 * lanes)...);
  high = __builtin_shufflevector(a, b, (i / group * group + i % group / 2 + i % 2 * lanes + group / 2)...);
}

/// Transposes a square of lanes x lanes. Down to groups of 16 bytes, off-diagonal quarters change places;
/// squares of such groups are transposed by interleaving rows g and g + group / 2 again and again, which
/// turns the bits of (row, lane) around. Each result is one instruction.
template <class T, int half = lane_count<T> / 2>
FM_INLINE void transpose_square(Lanes<T> (&square)[lane_count<T>]) {
  constexpr int lanes = lane_count<T>, group = 16 / sizeof(T);
  constexpr auto sequence = std::make_integer_sequence<int, lanes>{};
  if constexpr (half >= group) {
    for (int r = 0; r < lanes; ++r)
      if (!(r & half)) exchange<half>(square[r], square[r + half], sequence);
    transpose_square<T, half / 2>(square);
  } else {
    for (int round = 1; round < group; round *= 2) {
      Lanes<T> before[lanes];
      for (int r = 0; r < lanes; ++r) before[r] = square[r];
      for (int r = 0; r < lanes; r += 2) {
        const int from = r / group * group + r % group / 2;
        interleave<group>(before[from], before[from + group / 2], square[r], square[r + 1], sequence);
      }
    }
  }
}

/// The first `count` lanes from memory, the others 0.
template <class T>
FM_INLINE Lanes<T> load_first(const T* from, Index count) {
  if (count >= lane_count<T>) return load(from);
  Lanes<T> x = {};
  for (Index i = 0; i < count; ++i) x[i] = from[i];
  return x;
}

/// to(c, r) = from(r, c) for a matrix (rows, columns) with rows `from_stride` apart; `to` has rows
/// `to_stride` apart and is filled to whole vectors: up to the next multiple of the lanes, its columns and
/// rows beyond become 0.
template <class T>
void transpose(Index rows, Index columns, const T* from, Index from_stride, T* to, Index to_stride) {
  constexpr Index lanes = lane_count<T>;
  for (Index r = 0; r < rows; r += lanes)
    for (Index c = 0; c < columns; c += lanes) {
      Lanes<T> square[lanes];
      for (Index i = 0; i < lanes; ++i)
        square[i] = r + i < rows ? load_first(from + (r + i) * from_stride + c, columns - c) : Lanes<T>{};
      transpose_square<T>(square);
      for (Index i = 0; i < lanes; ++i) store(to + (c + i) * to_stride + r, square[i]);
    }
}

}  // namespace
}  // namespace fm
