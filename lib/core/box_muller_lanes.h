// The loop of box_muller.h over vectors of lanes. Included once by each box_muller_<instruction set>.cpp,
// which has set `vector_bytes` before; in an unnamed namespace and free of other inline code, so that nothing
// compiled for one instruction set is linked into another.
#pragma once

#include "core/box_muller.h"
#include "core/lanes.h"

namespace fm {
namespace {

constexpr int lanes = lane_count<double>;
using Reals = Lanes<double>;
using Integers = Lanes<std::int64_t>;

using Words = Lanes<std::uint64_t>;

constexpr double two_52 = 0x1p52;
constexpr std::uint64_t sign_bit = std::uint64_t{1} << 63;
constexpr std::uint64_t bits_of_two_52 = 0x4330000000000000;  // below its last 52 bits a whole number fits

/// Correctly rounded, as the standard for floating point asks of every square root; a loop that compilers
/// turn into one instruction.
[[gnu::always_inline]] inline Reals square_root(Reals x) {
  double roots[lanes];
  store(roots, x);
  for (double& root : roots) root = __builtin_sqrt(root);
  return load(roots);
}

/// (w + 1/2) / 2^52 for the upper 52 bits w of each word: exact.
[[gnu::always_inline]] inline Reals uniforms(Words bits) {
  return ((Reals)(bits >> 12 | bits_of_two_52) - two_52 + 0.5) * 0x1p-52;
}

/// log(x) of x in (0, 1): x = 2^e m with m in [1/sqrt 2, sqrt 2), and log(m) = 2 artanh(s), s = (m-1)/(m+1),
/// by its series up to s^21, whose next term is below 2^-58 of it. ln 2 is split after 32 bits, so that e
/// times the first part is exact.
[[gnu::always_inline]] inline Reals logarithm(Reals x) {
  constexpr std::uint64_t root_half = 0x3fe6a09e667f3bcd;  // 1/sqrt 2
  constexpr std::uint64_t bias = 1024;                     // e is not positive
  const Words biased = ((Words)x - root_half + (bias << 52)) >> 52;
  const Reals m = (Reals)((Words)x - ((biased - bias) << 52));
  const Reals e = (Reals)(biased | bits_of_two_52) - (two_52 + static_cast<double>(bias));
  const Reals s = (m - 1.0) / (m + 1.0), square = s * s;
  Reals tail = square * (1.0 / 21) + 1.0 / 19;
  constexpr double odd_reciprocals[] = {1.0 / 17, 1.0 / 15, 1.0 / 13, 1.0 / 11,
                                        1.0 / 9,  1.0 / 7,  1.0 / 5,  1.0 / 3};
  for (const double term : odd_reciprocals) tail = tail * square + term;
  const Reals twice = s + s;
  return e * 0x1.62e42feep-1 + (twice + (twice * square * tail + e * 0x1.a39ef35793c76p-33));
}

/// cos and sin of 2 pi x, x in (0, 1): quarter turns are taken off exactly, and the rest of at most an eighth
/// of a turn goes into both series, whose next terms are below 2^-56.
[[gnu::always_inline]] inline void turn(Reals x, Reals& cos, Reals& sin) {
  constexpr double shift = 0x1.8p52;  // adding it rounds to a whole number, which then sits in the low bits
  const Reals quarters = 4.0 * x, shifted = quarters + shift;
  const Reals angle = (quarters - (shifted - shift)) * 0x1.921fb54442d18p0;
  const Reals square = angle * angle;
  Reals odd = square * (1.0 / 355687428096000) - 1.0 / 1307674368000;
  constexpr double sine_terms[] = {1.0 / 6227020800, -1.0 / 39916800, 1.0 / 362880,
                                   -1.0 / 5040,      1.0 / 120,       -1.0 / 6};
  for (const double term : sine_terms) odd = odd * square + term;
  const Reals s = angle * square * odd + angle;
  Reals even = square * (1.0 / 20922789888000) - 1.0 / 87178291200;
  constexpr double cosine_terms[] = {1.0 / 479001600, -1.0 / 3628800, 1.0 / 40320, -1.0 / 720, 1.0 / 24};
  for (const double term : cosine_terms) even = even * square + term;
  const Reals c = square * square * even + (1.0 - 0.5 * square);
  const Words quarter = (Words)shifted;
  const Integers odd_quarter = (Integers)(quarter << 63) < 0;
  cos = (Reals)((Words)(odd_quarter ? s : c) ^ ((quarter + 1) << 62 & sign_bit));
  sin = (Reals)((Words)(odd_quarter ? c : s) ^ (quarter << 62 & sign_bit));
}

void pairs(std::int64_t count, const std::uint64_t* u, const std::uint64_t* v, double* first,
           double* second) {
  for (std::int64_t k = 0; k < count; k += lanes) {
    const Reals radius = square_root(-2.0 * logarithm(uniforms(load(u + k))));
    Reals cos, sin;
    turn(uniforms(load(v + k)), cos, sin);
    store(first + k, radius * cos);
    store(second + k, radius * sin);
  }
}

}  // namespace
}  // namespace fm
