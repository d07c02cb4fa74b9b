// The exponential over lanes of floats.
#pragma once

#include "nn/kernels_lanes.h"

namespace fm {
namespace {

using Floats = Lanes<float>;

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
FM_INLINE Exponential exponential(Floats x) {
  constexpr float shift = 0x1.8p23f;  // adding it rounds to a whole number, which then sits in the low bits
  const Floats shifted = 0x1.715476p0f * x + shift;
  const Floats k = shifted - shift;
  const Floats r = (x - 0x1.62e4p-1f * k) - 0x1.7f7d1cp-20f * k;
  Floats q = 0x1.6a23cep-10f * r + 0x1.123a2p-7f;
  q = q * r + 0x1.5558f2p-5f;
  q = q * r + 0x1.555492p-3f;
  q = q * r + 0x1.fffffcp-2f;
  const Floats power =
      (Floats)(((Lanes<unsigned>)shifted << 23) + (127u << 23));  // from the low bits of shifted
  return {power, (r * r) * q + r};
}

}  // namespace
}  // namespace fm
