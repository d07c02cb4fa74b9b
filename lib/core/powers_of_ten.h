// The leading bits of the powers of ten, which numbers need on their way from text and to text.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace fm {

/// floor(10^k 2^(127 - floor(log2 10^k))), from 2^127 to 2^128 - 1, in two halves.
struct PowerOfTen {
  std::uint64_t high, low;
};

constexpr int min_power_of_ten = -342, max_power_of_ten = 324;

extern const std::array<PowerOfTen, max_power_of_ten - min_power_of_ten + 1> powers_of_ten;

/// Of 10^k, k from min_power_of_ten to max_power_of_ten; exact for k from 0 to 55.
inline const PowerOfTen& power_of_ten(int k) {
  return powers_of_ten[static_cast<std::size_t>(k - min_power_of_ten)];
}

/// floor(log2 10^k) for |k| <= 1233: 1741647 / 2^19 is log2 10 to 1e-7.
constexpr int log2_of_power_of_ten(int k) {
  return (k * 1741647) >> 19;
}

}  // namespace fm
