// Vectors of lanes, in the compiler's own notation (GCC and clang vector extensions), and the exponential.
// Part of the kernels: included once by each kernels_<instruction set>.cpp, which has set `vector_bytes`
// before. Everything is in an unnamed namespace and forced inline, so that nothing compiled for one
// instruction set can be linked into another.
#pragma once

#include "nn/kernels.h"

#define FM_INLINE [[gnu::always_inline]] inline

namespace fm {
namespace {

template <class T>
struct LanesOf {
  static constexpr int count = vector_bytes / static_cast<int>(sizeof(T));
  typedef T type __attribute__((vector_size(vector_bytes)));
};
template <class T>
using Lanes = typename LanesOf<T>::type;
template <class T>
constexpr int lane_count = LanesOf<T>::count;

template <class T>
FM_INLINE Lanes<T> load(const T* from) {
  Lanes<T> x;
  __builtin_memcpy(&x, from, sizeof x);
  return x;
}

template <class T>
FM_INLINE void store(T* to, Lanes<T> x) {
  __builtin_memcpy(to, &x, sizeof x);
}

using Floats = Lanes<float>;
using Words = Lanes<unsigned>;

/// Bounds that let NaN through.
FM_INLINE Floats at_least(float low, Floats x) {
  return x < low ? Floats{} + low : x;
}
FM_INLINE Floats at_most(float high, Floats x) {
  return x > high ? Floats{} + high : x;
}

/// exp(x) = power + power * rest, power = 2^k.
struct Exponential {
  Floats power, rest;
  FM_INLINE Floats value() const { return power + power * rest; }
  FM_INLINE Floats minus_one() const { return power * rest + (power - 1.0f); }
};

/// |x| up to which `exponential` is valid: 2^k stays a normal number.
constexpr float exponential_limit = 87.0f;

/// x = k ln 2 + r with |r| <= ln 2 / 2; rest = exp(r) - 1 = r + r^2 q(r). q is the minimax polynomial of
/// degree 4 (Lawson's weights on 2001 Chebyshev nodes; relative error of exp 3.1e-9). ln 2 is split after 15
/// bits, so that k times the first part is exact. value() and minus_one() are within 2 units in the last
/// place.
FM_INLINE Exponential exponential(Floats x) {
  constexpr float shift = 0x1.8p23f;  // adding it rounds to a whole number, which then sits in the low bits
  const Floats shifted = x * 0x1.715476p0f + shift;
  const Floats k = shifted - shift;
  Floats r = x - k * 0x1.62e4p-1f;
  r = r - k * 0x1.7f7d1cp-20f;
  Floats q = r * 0x1.6a23cep-10f + 0x1.123a2p-7f;
  q = q * r + 0x1.5558f2p-5f;
  q = q * r + 0x1.555492p-3f;
  q = q * r + 0x1.fffffcp-2f;
  const Words power = ((Words)shifted << 23) + (127u << 23);
  return {(Floats)power, (r * r) * q + r};
}

}  // namespace
}  // namespace fm
