#include "core/powers_of_ten.h"

#include <bit>

namespace fm {

namespace {

/// A whole number below 2^1280, its least significant word first. 2^1279 / 10^342 still has 142 bits.
struct LongNumber {
  std::array<std::uint32_t, 40> words{};

  constexpr void multiply_by_ten() {
    std::uint64_t carry = 0;
    for (std::uint32_t& word : words) {
      carry += std::uint64_t{word} * 10;
      word = static_cast<std::uint32_t>(carry);
      carry >>= 32;
    }
  }

  /// Rounds down; so floor(floor(x / 10) / 10) = floor(x / 100), and n divisions are one by 10^n.
  constexpr void divide_by_ten() {
    std::uint64_t rest = 0;
    for (std::size_t i = words.size(); i-- > 0;) {
      rest = rest << 32 | words[i];
      words[i] = static_cast<std::uint32_t>(rest / 10);
      rest %= 10;
    }
  }

  /// The 128 bits from the highest that is set; zeros follow where there are fewer.
  constexpr PowerOfTen leading() const {
    std::size_t top = words.size() - 1;
    while (words[top] == 0) --top;
    const auto word = [&](std::size_t below) { return below <= top ? words[top - below] : std::uint32_t{0}; };
    const int shift = std::countl_zero(words[top]);
    const auto shifted = [&](std::size_t below) {
      const std::uint64_t pair = std::uint64_t{word(below)} << 32 | word(below + 1);
      return pair << shift >> 32;
    };
    return {shifted(0) << 32 | shifted(1), shifted(2) << 32 | shifted(3)};
  }
};

constexpr auto make_table() {
  std::array<PowerOfTen, max_power_of_ten - min_power_of_ten + 1> table{};
  LongNumber positive, negative;
  positive.words[0] = 1;
  negative.words.back() = 1u << 31;
  for (int k = 0; k <= max_power_of_ten; ++k, positive.multiply_by_ten())
    table[static_cast<std::size_t>(k - min_power_of_ten)] = positive.leading();
  for (int k = -1; k >= min_power_of_ten; --k) {
    negative.divide_by_ten();
    table[static_cast<std::size_t>(k - min_power_of_ten)] = negative.leading();
  }
  return table;
}

}  // namespace

constexpr std::array<PowerOfTen, max_power_of_ten - min_power_of_ten + 1> powers_of_ten = make_table();

}  // namespace fm
