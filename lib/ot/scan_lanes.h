// The inner loops of scan.h over vectors of lanes in the compiler's own notation (GCC and clang vector
// extensions). Included once by each scan_<instruction set>.cpp, which has set `vector_bytes` before; in an
// unnamed namespace and free of other inline code, so that nothing compiled for one instruction set is linked
// into another.
#pragma once

#include "ot/scan.h"

namespace fm {
namespace {

constexpr int lanes = vector_bytes / 8;
constexpr int chains = 4;  // independent minima, which hide the latency of compare and blend
constexpr double infinity = __builtin_inf();

typedef double Reals __attribute__((vector_size(vector_bytes)));
typedef std::int64_t Integers __attribute__((vector_size(vector_bytes)));

[[gnu::always_inline]] inline Reals load(const double* from) {
  Reals x;
  __builtin_memcpy(&x, from, sizeof x);
  return x;
}
[[gnu::always_inline]] inline Integers load(const std::int64_t* from) {
  Integers x;
  __builtin_memcpy(&x, from, sizeof x);
  return x;
}
template <class Lanes, class T>
[[gnu::always_inline]] inline void store(T* to, Lanes x) {
  __builtin_memcpy(to, &x, sizeof x);
}
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

}  // namespace
}  // namespace fm
