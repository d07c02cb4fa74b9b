// The inner loops of soft_scan.h over vectors of lanes in the compiler's own notation (GCC and clang vector
// extensions). Included once by each soft_scan_<instruction set>.cpp, which has set `vector_bytes` before; in
// an unnamed namespace and free of other inline code, so that nothing compiled for one instruction set is
// linked into another.
#pragma once

#include <cstddef>

#include "core/lanes.h"
#include "ot/soft_scan.h"

namespace fm {
namespace {

constexpr int lanes = lane_count<double>;
constexpr double infinity = __builtin_inf();
using Reals = Lanes<double>;
using Integers = Lanes<std::int64_t>;

constexpr int chains = soft_block / lanes;  // as many partial sums, whatever the width

/// exp(x): x = k ln 2 + r with |r| <= ln 2 / 2, and exp(r) by its series up to r^12, whose next term is below
/// 2^-52. ln 2 is split after 32 bits, so that k times the first part is exact. Below -708 it is 0, before
/// 2^k leaves the normal numbers; above 709 infinite.
[[gnu::always_inline]] inline Reals exponential(Reals x) {
  constexpr double low = -708, high = 709;
  constexpr double shift = 0x1.8p52;  // adding it rounds to a whole number, which then sits in the low bits
  const Reals least = Reals{} + low, most = Reals{} + high;
  const Reals inside = x < least ? least : (x > most ? most : x);
  const Reals shifted = 0x1.71547652b82fep0 * inside + shift;
  const Reals k = shifted - shift;
  const Reals r = (inside - 0x1.62e42feep-1 * k) - 0x1.a39ef35793c76p-33 * k;
  constexpr double inverse_factorials[] = {1.0 / 39916800, 1.0 / 3628800, 1.0 / 362880, 1.0 / 40320,
                                           1.0 / 5040,     1.0 / 720,     1.0 / 120,    1.0 / 24,
                                           1.0 / 6,        1.0 / 2,       1.0,          1.0};
  Reals power = Reals{} + 1.0 / 479001600;
  for (const double coefficient : inverse_factorials) power = power * r + coefficient;
  const Integers exponent = (Integers)shifted - 0x4338000000000000 + 1023;  // less the bits of shift
  const Reals value = power * (Reals)(exponent << 52);
  return x < least ? Reals{} : (x > most ? Reals{} + __builtin_inf() : value);
}

/// The partial sums or maxima of the chains in the order of the columns that they belong to.
[[gnu::always_inline]] inline void unpack(const Reals* from, double* to) {
  for (int c = 0; c < chains; ++c) store(to + c * lanes, from[c]);
}

double log_sum(const double* cost, const double* offset, double scale, std::int64_t count, double* terms) {
  Reals top[chains], sum[chains] = {};
  for (int c = 0; c < chains; ++c) top[c] = Reals{} - __builtin_inf();
  for (std::int64_t j = 0; j < count; j += soft_block)
    for (int c = 0; c < chains; ++c) {
      const Reals term = load(offset + j + c * lanes) - scale * load(cost + j + c * lanes);
      store(terms + j + c * lanes, term);
      top[c] = term > top[c] ? term : top[c];
    }
  double parts[soft_block];
  unpack(top, parts);
  double largest = parts[0];
  for (int k = 1; k < soft_block; ++k) largest = parts[k] > largest ? parts[k] : largest;
  for (std::int64_t j = 0; j < count; j += soft_block)
    for (int c = 0; c < chains; ++c) sum[c] += exponential(load(terms + j + c * lanes) - largest);
  unpack(sum, parts);
  for (int width = soft_block / 2; width > 0; width /= 2)
    for (int k = 0; k < width; ++k) parts[k] += parts[k + width];
  return largest + __builtin_log(parts[0]);
}

void exponentials(const double* cost, const double* offset, double scale, std::int64_t count, double* value) {
  std::int64_t j = 0;
  for (; j + lanes <= count; j += lanes)
    store(value + j, exponential(load(offset + j) - scale * load(cost + j)));
  if (j == count) return;
  Reals last_cost = {}, last_offset = {};
  const auto bytes = static_cast<std::size_t>(count - j) * sizeof(double);
  __builtin_memcpy(&last_cost, cost + j, bytes);
  __builtin_memcpy(&last_offset, offset + j, bytes);
  const Reals last = exponential(last_offset - scale * last_cost);
  __builtin_memcpy(value + j, &last, bytes);
}

}  // namespace
}  // namespace fm
