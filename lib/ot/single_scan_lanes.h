// The inner loops of single_scan.h over vectors of lanes in the compiler's own notation (GCC and clang vector
// extensions). Included once by each single_scan_<instruction set>.cpp, which has set `vector_bytes` before;
// in an unnamed namespace and free of other inline code, so that nothing compiled for one instruction set is
// linked into another.
#pragma once

#include <utility>

#include "core/lanes.h"
#include "ot/single_scan.h"

namespace fm {
namespace {

constexpr int lanes = lane_count<float>;
constexpr float infinity = __builtin_inff();
using Reals = Lanes<float>;
using Integers = Lanes<std::int32_t>;

[[gnu::always_inline]] inline Integers first_columns() {
  Integers columns;
  for (int k = 0; k < lanes; ++k) columns[k] = k;
  return columns;
}

using LaneNumbers = std::make_integer_sequence<int, lanes>;

/// Lanes whose number has the bit `distance` from b, the others from a, each in its own place; or `crossed`,
/// those of the other kind, each in the place of the one `distance` away.
template <int distance, bool crossed, class Vector, int... k>
[[gnu::always_inline]] inline Vector joined(Vector a, Vector b, std::integer_sequence<int, k...>) {
  if constexpr (crossed)
    return __builtin_shufflevector(a, b, ((k & distance) != 0 ? k + lanes : k ^ distance)...);
  else
    return __builtin_shufflevector(a, b, ((k & distance) != 0 ? (k ^ distance) + lanes : k)...);
}

/// The two smallest and the column of the first, lane by lane.
struct LaneBestTwo {
  Reals best = Reals{} + infinity, second = best;
  Integers column = {};
};

/// Of two for each lane; of equal ones the lower column is the first.
[[gnu::always_inline]] inline LaneBestTwo better_of(const LaneBestTwo& one, const LaneBestTwo& other) {
  const auto better = (other.best < one.best) | ((other.best == one.best) & (other.column < one.column));
  LaneBestTwo of = {better ? other.best : one.best, other.second < one.second ? other.second : one.second,
                    better ? other.column : one.column};
  const Reals loser = better ? one.best : other.best;
  of.second = loser < of.second ? loser : of.second;
  return of;
}

template <int distance, bool crossed>
[[gnu::always_inline]] inline LaneBestTwo joined(const LaneBestTwo& a, const LaneBestTwo& b) {
  return {joined<distance, crossed>(a.best, b.best, LaneNumbers()),
          joined<distance, crossed>(a.second, b.second, LaneNumbers()),
          joined<distance, crossed>(a.column, b.column, LaneNumbers())};
}

/// The best two over all lanes of `count` vectors, in half as many, then a quarter and so on: vectors are
/// joined in pairs, and where one is left its lanes are. Row r comes to be in vector r modulo the number of
/// vectors, in the lane r / number or, where there are more lanes than rows, the first of as many equal ones.
template <int distance, int count>
[[gnu::always_inline]] inline void gather_rows(LaneBestTwo* of) {
  if constexpr (distance > 0) {
    constexpr int half = count / 2, left = half > 0 ? half : 1;
#pragma GCC unroll 4
    for (int r = 0; r < left; ++r)
      of[r] = better_of(joined<distance, false>(of[r], of[r + half]),
                        joined<distance, true>(of[r], of[r + half]));
    gather_rows<distance / 2, left>(of);
  }
}

template <int distance, int... k>
[[gnu::always_inline]] inline Integers swapped(Integers x, std::integer_sequence<int, k...>) {
  return __builtin_shufflevector(x, x, (k ^ distance)...);
}

/// The bits of all lanes together.
template <int distance>
[[gnu::always_inline]] inline Integers any_bits(Integers x) {
  if constexpr (distance == 0)
    return x;
  else
    return any_bits<distance / 2>(x | swapped<distance>(x, LaneNumbers()));
}

/// Columns j, j + 1, ... of the shared arrays.
template <bool plane>
struct Columns {
  Reals y[2], offset;
  [[gnu::always_inline]] Columns(const ColumnValues& from, std::int64_t j) : offset(load(from.offset + j)) {
    if (plane)
      for (int d = 0; d < 2; ++d) y[d] = load(from.y[d] + j);
  }
  /// For one row.
  [[gnu::always_inline]] Reals values(const RowGroup& rows, int r, std::int64_t j) const {
    if (plane) return (offset - rows.slope[0][r] * y[0]) - rows.slope[1][r] * y[1];
    return load(rows.cost[r] + j) + offset;
  }
};

template <bool plane>
void best_two_of(const RowGroup& rows, const ColumnValues& columns, SingleBestTwo* found) {
  LaneBestTwo of[row_group];
  Integers current = first_columns();
  for (std::int64_t j = 0; j < columns.count; j += lanes, current += lanes) {
    const Columns<plane> here(columns, j);
#pragma GCC unroll 8
    for (int r = 0; r < row_group; ++r) {
      const Reals value = here.values(rows, r, j);
      const auto better = value < of[r].best;
      const Reals loser = better ? of[r].best : value;
      of[r].second = loser < of[r].second ? loser : of[r].second;
      of[r].best = better ? value : of[r].best;
      of[r].column = better ? current : of[r].column;
    }
  }
  constexpr int vectors = lanes < row_group ? row_group / lanes : 1, equal = lanes * vectors / row_group;
  gather_rows<lanes / 2, row_group>(of);
  for (int r = 0; r < row_group; ++r) {
    const LaneBestTwo& in = of[r % vectors];
    const int lane = r / vectors * equal;
    found[r] = {in.best[lane], in.second[lane], in.column[lane]};
  }
}

template <bool plane, int count>
void reach_from(const RowGroup& rows, const ColumnValues& columns, const Reach& from, const float* looked_at,
                float* distance, std::int32_t* previous, NearestOfClasses* nearest) {
  constexpr int parts = column_classes / lanes;
  Reals best[parts];
  Integers column[parts] = {};
  for (int p = 0; p < parts; ++p) best[p] = Reals{} + infinity;
  Integers current = first_columns();
  for (std::int64_t first = 0; first < columns.count; first += column_classes)
#pragma GCC unroll 4
    for (int p = 0; p < parts; ++p, current += lanes) {
      const std::int64_t j = first + p * lanes;
      const Columns<plane> here(columns, j);
      Reals known = load(distance + j);
      Integers row = load(previous + j);
#pragma GCC unroll 8
      for (int r = 0; r < count; ++r) {
        Reals through = here.values(rows, r, j) + from.base[r];
        through = through < from.floor[r] ? Reals{} + from.floor[r] : through;
        const auto nearer = through < known;
        known = nearer ? through : known;
        row = nearer ? Integers{} + from.row[r] : row;
      }
      store(distance + j, known);
      store(previous + j, row);
      const Reals waiting = known < load(looked_at + j) ? known : Reals{} + infinity;
      const auto better = waiting < best[p];
      best[p] = better ? waiting : best[p];
      column[p] = better ? current : column[p];
    }
  for (int p = 0; p < parts; ++p) {
    store(nearest->distance + p * lanes, best[p]);
    store(nearest->column + p * lanes, column[p]);
  }
}

template <bool plane>
void near_to(const RowGroup& rows, const ColumnValues& columns, float limit, std::uint32_t* bits) {
  constexpr int width = 32;
  Integers first_bit = Integers{} + 1;
  for (int k = 0; k < lanes; ++k) first_bit[k] <<= k;
  for (std::int64_t j = 0; j < columns.count; j += width) {
    Integers found = {}, bit = first_bit;
#pragma GCC unroll 8
    for (int k = 0; k < width; k += lanes, bit <<= lanes)
      found |= (Columns<plane>(columns, j + k).values(rows, 0, j + k) <= limit) & bit;
    found = any_bits<lanes / 2>(found);
    bits[j / width] = static_cast<std::uint32_t>(found[0]);
  }
}

void best_two(const RowGroup& rows, const ColumnValues& columns, bool plane, SingleBestTwo* found) {
  plane ? best_two_of<true>(rows, columns, found) : best_two_of<false>(rows, columns, found);
}

template <bool plane>
void reach_from(const RowGroup& rows, const ColumnValues& columns, const Reach& from, const float* looked_at,
                float* distance, std::int32_t* previous, NearestOfClasses* nearest) {
  constexpr int few = row_group / 2;
  from.count <= few
      ? reach_from<plane, few>(rows, columns, from, looked_at, distance, previous, nearest)
      : reach_from<plane, row_group>(rows, columns, from, looked_at, distance, previous, nearest);
}

void reach(const RowGroup& rows, const ColumnValues& columns, bool plane, const Reach& from,
           const float* looked_at, float* distance, std::int32_t* previous, NearestOfClasses* nearest) {
  plane ? reach_from<true>(rows, columns, from, looked_at, distance, previous, nearest)
        : reach_from<false>(rows, columns, from, looked_at, distance, previous, nearest);
}

void near(const RowGroup& rows, const ColumnValues& columns, bool plane, float limit, std::uint32_t* bits) {
  plane ? near_to<true>(rows, columns, limit, bits) : near_to<false>(rows, columns, limit, bits);
}

}  // namespace
}  // namespace fm
