// Vectors of lanes, in the compiler's own notation (GCC and clang vector extensions).
// Part of the kernels: included once by each kernels_<instruction set>.cpp, which has set `vector_bytes`
// before. Everything is in an unnamed namespace and forced inline, so that nothing compiled for one
// instruction set can be linked into another.
#pragma once

#include "core/lanes.h"
#include "nn/kernels.h"

#if defined(__SSE__)
#include <immintrin.h>
#endif

#define FM_INLINE [[gnu::always_inline]] inline

namespace fm {
namespace {

/// max(x, low) and min(x, high) of each lane; NaN stays NaN, as these instructions return their second
/// operand. A full mask: the plain forms of AVX-512 make g++ 12 warn of numbers that are not set.
FM_INLINE Lanes<float> at_least(float low, Lanes<float> x) {
  const Lanes<float> bound = Lanes<float>{} + low;
#if defined(__AVX512F__)
  return (Lanes<float>)_mm512_maskz_max_ps(0xffff, (__m512)bound, (__m512)x);
#elif defined(__AVX__)
  return (Lanes<float>)_mm256_max_ps((__m256)bound, (__m256)x);
#elif defined(__SSE__)
  return (Lanes<float>)_mm_max_ps((__m128)bound, (__m128)x);
#else
  return x < bound ? bound : x;
#endif
}
FM_INLINE Lanes<float> at_most(float high, Lanes<float> x) {
  const Lanes<float> bound = Lanes<float>{} + high;
#if defined(__AVX512F__)
  return (Lanes<float>)_mm512_maskz_min_ps(0xffff, (__m512)bound, (__m512)x);
#elif defined(__AVX__)
  return (Lanes<float>)_mm256_min_ps((__m256)bound, (__m256)x);
#elif defined(__SSE__)
  return (Lanes<float>)_mm_min_ps((__m128)bound, (__m128)x);
#else
  return x > bound ? bound : x;
#endif
}

}  // namespace
}  // namespace fm
