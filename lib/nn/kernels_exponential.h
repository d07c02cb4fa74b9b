// Arithmetic on bundles of vectors, and the exponential. A bundle is several vectors that go through the same
// operations side by side: one vector alone would wait for the latency of each operation.
#pragma once

#include "nn/kernels_lanes.h"

namespace fm {
namespace {

constexpr int bundle_size = 4;

/// bundle_size vectors of floats; all operations are lane by lane.
struct Floats {
  Lanes<float> part[bundle_size];
};
constexpr int bundle_lanes = bundle_size * lane_count<float>;

template <class Operation>
FM_INLINE Floats each(const Operation& operation) {
  Floats result;
  for (int p = 0; p < bundle_size; ++p) result.part[p] = operation(p);
  return result;
}
FM_INLINE Floats splat(float x) {
  return each([&](int) { return Lanes<float>{} + x; });
}

FM_INLINE Floats operator+(const Floats& a, const Floats& b) {
  return each([&](int p) { return a.part[p] + b.part[p]; });
}
FM_INLINE Floats operator-(const Floats& a, const Floats& b) {
  return each([&](int p) { return a.part[p] - b.part[p]; });
}
FM_INLINE Floats operator*(const Floats& a, const Floats& b) {
  return each([&](int p) { return a.part[p] * b.part[p]; });
}
FM_INLINE Floats operator/(const Floats& a, const Floats& b) {
  return each([&](int p) { return a.part[p] / b.part[p]; });
}
FM_INLINE Floats operator-(const Floats& a) {
  return each([&](int p) { return -a.part[p]; });
}
FM_INLINE Floats operator+(const Floats& a, float b) {
  return each([&](int p) { return a.part[p] + b; });
}
FM_INLINE Floats operator-(const Floats& a, float b) {
  return each([&](int p) { return a.part[p] - b; });
}
FM_INLINE Floats operator-(float a, const Floats& b) {
  return each([&](int p) { return a - b.part[p]; });
}
FM_INLINE Floats operator*(float a, const Floats& b) {
  return each([&](int p) { return a * b.part[p]; });
}
FM_INLINE Floats operator/(float a, const Floats& b) {
  return each([&](int p) { return a / b.part[p]; });
}

/// max(x, low), min(x, high); NaN stays NaN.
FM_INLINE Floats at_least(float low, const Floats& x) {
  return each([&](int p) { return larger(Lanes<float>{} + low, x.part[p]); });
}
FM_INLINE Floats at_most(float high, const Floats& x) {
  return each([&](int p) { return smaller(Lanes<float>{} + high, x.part[p]); });
}
/// positive where x > 0, else otherwise (also where x is NaN).
FM_INLINE Floats where_positive(const Floats& x, const Floats& positive, const Floats& otherwise) {
  return each([&](int p) { return x.part[p] > 0.0f ? positive.part[p] : otherwise.part[p]; });
}

/// exp(x) = power + power * rest, power = 2^k.
struct Exponential {
  Floats power, rest;
  FM_INLINE Floats value() const { return power * rest + power; }
  FM_INLINE Floats minus_one() const { return power * rest + (power - 1.0f); }
};

/// |x| up to which `exponential` is valid: 2^k stays a normal number.
constexpr float exponential_limit = 87.0f;

/// x = k ln 2 + r with |r| <= ln 2 / 2; rest = exp(r) - 1 = r + r^2 q(r). q is the minimax polynomial of
/// degree 4 (Lawson's weights on 2001 Chebyshev nodes; relative error of exp 3.1e-9). ln 2 is split after 15
/// bits, so that k times the first part is exact. value() and minus_one() are within 2 units in the last
/// place.
FM_INLINE Exponential exponential(const Floats& x) {
  using Words = Lanes<unsigned>;
  constexpr float shift = 0x1.8p23f;  // adding it rounds to a whole number, which then sits in the low bits
  const Floats shifted = 0x1.715476p0f * x + shift;
  const Floats k = shifted - shift;
  const Floats r = (x - 0x1.62e4p-1f * k) - 0x1.7f7d1cp-20f * k;
  Floats q = 0x1.6a23cep-10f * r + 0x1.123a2p-7f;
  q = q * r + 0x1.5558f2p-5f;
  q = q * r + 0x1.555492p-3f;
  q = q * r + 0x1.fffffcp-2f;
  const Floats power =
      each([&](int p) { return (Lanes<float>)(((Words)shifted.part[p] << 23) + (127u << 23)); });
  return {power, (r * r) * q + r};
}

}  // namespace
}  // namespace fm
