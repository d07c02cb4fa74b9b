// The inner loops of scan.h over vectors of lanes in the compiler's own notation (GCC and clang vector
// extensions). Included once by each scan_<instruction set>.cpp, which has set `vector_bytes` before; in an
// unnamed namespace and free of other inline code, so that nothing compiled for one instruction set is linked
// into another.
#pragma once

#include "core/lanes.h"
#include "ot/scan.h"

namespace fm {
namespace {

constexpr int lanes = lane_count<double>;
constexpr double infinity = __builtin_inf();
using Reals = Lanes<double>;
using Integers = Lanes<std::int64_t>;

constexpr int chains = 4;  // independent minima, which hide the latency of compare and blend

[[gnu::always_inline]] inline Integers first_columns() {
  Integers columns;
  for (int k = 0; k < lanes; ++k) columns[k] = k;
  return columns;
}

/// Lanes whose value is smaller, or equal in a lower column.
[[gnu::always_inline]] inline auto before(Reals value, Integers column, Reals other, Integers other_column) {
  return (value < other) | ((value == other) & (column < other_column));
}

void squared_distances(const double* x, const double* y, std::int64_t dim, std::int64_t count,
                       double* costs) {
  constexpr int step = chains * lanes;
  for (std::int64_t j = 0; j < count; j += step) {
    Reals sum[chains] = {};
    for (std::int64_t d = 0; d < dim; ++d) {
      const double* from = y + d * count + j;
      for (int c = 0; c < chains; ++c) {
        const Reals difference = load(from + c * lanes) - x[d];
        sum[c] += difference * difference;
      }
    }
    for (int c = 0; c < chains; ++c) store(costs + j + c * lanes, sum[c]);
  }
}

void add_class_costs(const double* x, const double* y, std::int64_t rows, std::int64_t count, double each,
                     double* costs) {
  constexpr int step = chains * lanes;
  const Reals nothing = {}, difference = nothing + each;
  for (std::int64_t j = 0; j < count; j += step) {
    Reals sum[chains];
    for (int c = 0; c < chains; ++c) sum[c] = load(costs + j + c * lanes);
    for (std::int64_t k = 0; k < rows; ++k) {
      const double* from = y + k * count + j;
      for (int c = 0; c < chains; ++c) sum[c] += load(from + c * lanes) != x[k] ? difference : nothing;
    }
    for (int c = 0; c < chains; ++c) store(costs + j + c * lanes, sum[c]);
  }
}

BestTwo best_two(const double* cost, const double* price, std::int64_t count) {
  Reals best[chains], second[chains];
  Integers column[chains] = {};
  for (int c = 0; c < chains; ++c) best[c] = second[c] = Reals{} + infinity;
  Integers current = first_columns();
  for (std::int64_t j = 0; j < count; j += chains * lanes, current += chains * lanes)
    for (int c = 0; c < chains; ++c) {
      const Reals value = load(cost + j + c * lanes) - load(price + j + c * lanes);
      const auto better = value < best[c];
      const Reals loser = better ? best[c] : value;
      second[c] = loser < second[c] ? loser : second[c];
      best[c] = better ? value : best[c];
      column[c] = better ? current : column[c];
    }
  for (int c = 0; c < chains; ++c) column[c] += c * lanes;
  for (int c = 1; c < chains; ++c) {
    const auto better = before(best[c], column[c], best[0], column[0]);
    const Reals loser = better ? best[0] : best[c];
    second[0] = loser < second[0] ? loser : second[0];
    second[0] = second[c] < second[0] ? second[c] : second[0];
    best[0] = better ? best[c] : best[0];
    column[0] = better ? column[c] : column[0];
  }
  BestTwo found = {best[0][0], second[0][0], column[0][0]};
  for (int k = 1; k < lanes; ++k) {
    const double value = best[0][k];
    const bool better = value < found.best || (value == found.best && column[0][k] < found.column);
    const double loser = better ? found.best : value;
    found.second = loser < found.second ? loser : found.second;
    found.second = second[0][k] < found.second ? second[0][k] : found.second;
    found.best = better ? value : found.best;
    found.column = better ? column[0][k] : found.column;
  }
  return found;
}

Nearest relax(const double* cost, const double* price, double base, std::int64_t row, std::int64_t count,
              double* distance, std::int64_t* previous) {
  Reals best[chains];
  Integers column[chains] = {};
  for (int c = 0; c < chains; ++c) best[c] = Reals{} + infinity;
  Integers current = first_columns();
  const Integers rows = Integers{} + row;
  for (std::int64_t j = 0; j < count; j += chains * lanes, current += chains * lanes)
    for (int c = 0; c < chains; ++c) {
      const std::int64_t at = j + c * lanes;
      const Reals through = load(cost + at) - load(price + at) + base;
      const Reals known = load(distance + at);
      const auto nearer = through < known;
      const Reals now = nearer ? through : known;
      store(distance + at, now);
      store(previous + at, nearer ? rows : load(previous + at));
      const auto better = now < best[c];
      best[c] = better ? now : best[c];
      column[c] = better ? current : column[c];
    }
  for (int c = 0; c < chains; ++c) column[c] += c * lanes;
  for (int c = 1; c < chains; ++c) {
    const auto better = before(best[c], column[c], best[0], column[0]);
    best[0] = better ? best[c] : best[0];
    column[0] = better ? column[c] : column[0];
  }
  Nearest found = {best[0][0], column[0][0]};
  for (int k = 1; k < lanes; ++k) {
    const bool better =
        best[0][k] < found.distance || (best[0][k] == found.distance && column[0][k] < found.column);
    if (better) found = {best[0][k], column[0][k]};
  }
  return found;
}

/// Bits of those of 64 numbers that are below the limit.
[[gnu::always_inline]] inline std::uint64_t bits_below(const double* reduced, double limit) {
  Integers bits = {}, bit = Integers{} + 1;
  for (int k = 0; k < lanes; ++k) bit[k] <<= k;
  for (int j = 0; j < 64; j += lanes, bit <<= lanes) bits |= (load(reduced + j) < limit) & bit;
  std::uint64_t found = 0;
  for (int k = 0; k < lanes; ++k) found |= static_cast<std::uint64_t>(bits[k]);
  return found;
}

void block_bounds(const double* x, const double* low, const double* high, const double* slope,
                  const double* top, std::int64_t dim, std::int64_t count, bool root, double* bound) {
  for (std::int64_t b = 0; b < count; b += lanes) {
    Reals squares = {}, linear = {};
    for (std::int64_t d = 0; d < dim; ++d) {
      const Reals p = load(slope + d * count + b), at = x[d] + 0.5 * p;
      const Reals below = load(low + d * count + b) - at, above = at - load(high + d * count + b);
      Reals outside = below > above ? below : above;
      outside = outside > 0 ? outside : Reals{};
      squares += outside * outside;
      linear += p * (x[d] + 0.25 * p);
    }
    if (root)
      for (int k = 0; k < lanes; ++k) squares[k] = __builtin_sqrt(squares[k]);
    store(bound + b, squares - linear - load(top + b));
  }
}

double block_costs(const double* x, const double* y, const double* price, const double* slope,
                   std::int64_t stride, std::int64_t dim, bool root, double limit, double* cost,
                   double* reduced, std::uint64_t* below) {
  constexpr int block = 64;
  Reals top = Reals{} - infinity;
  for (int j = 0; j < block; j += lanes) {
    Reals sum = {};
    Reals above = load(price + j);
    for (std::int64_t d = 0; d < dim; ++d) {
      const Reals at = load(y + d * block + j), difference = at - x[d];
      sum += difference * difference;
      above -= slope[d * stride] * at;
    }
    if (root)
      for (int k = 0; k < lanes; ++k) sum[k] = __builtin_sqrt(sum[k]);
    top = above > top ? above : top;
    store(cost + j, sum);
    store(reduced + j, sum - load(price + j));
  }
  *below = bits_below(reduced, limit);
  double largest = top[0];
  for (int k = 1; k < lanes; ++k) largest = top[k] > largest ? top[k] : largest;
  return largest;
}

double narrow(const double* reduced, std::int64_t count, double limit, std::uint64_t* below) {
  constexpr int most_halvings = 24, spare = 2;
  const Reals nothing = Reals{} - infinity;
  Reals least = load(reduced), most = nothing;  // of those under the limit
  for (int j = 0; j < 64; j += lanes) {
    const Reals value = load(reduced + j), under = value < limit ? value : nothing;
    least = value < least ? value : least;
    most = under > most ? under : most;
  }
  double low = least[0], high = limit, top = most[0];
  for (int k = 1; k < lanes; ++k) {
    low = least[k] < low ? least[k] : low;
    top = most[k] > top ? most[k] : top;
  }
  *below = bits_below(reduced, limit);
  for (int halving = 0; halving < most_halvings; ++halving) {
    const double middle = low + 0.5 * ((high < top ? high : top) - low);
    const std::uint64_t bits = bits_below(reduced, middle);
    const int found = __builtin_popcountll(bits);
    if (found < count) {
      low = middle;
    } else {
      high = middle;
      *below = bits;
      if (found <= count + spare) break;
    }
  }
  return high;
}

bool any_below(const float* x, const float* y, const float* offset, std::int64_t dim, float limit) {
  typedef float Singles __attribute__((vector_size(vector_bytes)));
  typedef std::int32_t Bits __attribute__((vector_size(vector_bytes)));
  constexpr int block = 64, width = vector_bytes / 4, count = block / width;
  Singles value[count];
  __builtin_memcpy(value, offset, sizeof value);
  for (std::int64_t d = 0; d < dim; ++d) {
    Singles at[count];
    __builtin_memcpy(at, y + d * block, sizeof at);
    for (int k = 0; k < count; ++k) value[k] -= x[d] * at[k];
  }
  Bits below = {};
  for (int k = 0; k < count; ++k) below |= value[k] < limit;
  std::int32_t any = 0;
  for (int k = 0; k < width; ++k) any |= below[k];
  return any != 0;
}

}  // namespace
}  // namespace fm
