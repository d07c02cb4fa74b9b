// The clip that keeps a network on inputs it has seen: nearly the identity on the bulk of the data.
#pragma once

#include <algorithm>
#include <cmath>
#include <span>

namespace fm {

constexpr double clip_at = 4;  // beyond 4 standard deviations training sees no points

/// z / (1 + (z/c)^4)^(1/4) of each number: slope 1 at 0, 0.999 z at z = 1, +-c at infinity, which all beyond
/// 2^20 are to the last digit.
inline void clip(std::span<float> numbers) {
  constexpr float far = 0x1p20f, per_square = static_cast<float>(1 / (clip_at * clip_at));
  // Two loops that compilers turn into vectors. NaN stays.
  for (float& number : numbers) number = std::min(std::max(number, -far), far);
  for (float& number : numbers) {
    const float square = number * number * per_square;
    number /= std::sqrt(std::sqrt(1 + square * square));
  }
}

/// Its derivative.
inline double clipped_slope(double z) {
  const double square = z * z / (clip_at * clip_at), root = std::sqrt(std::sqrt(1 + square * square));
  return 1 / ((1 + square * square) * root);
}

}  // namespace fm
