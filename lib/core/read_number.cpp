#include "core/read_number.h"

#include <bit>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <system_error>

#include "core/powers_of_ten.h"

namespace fm {

namespace {

__extension__ using Wide = unsigned __int128;

constexpr int max_digits = 19;              // 10^19 < 2^64
constexpr std::int64_t max_given = 100000;  // an exponent that no double has

/// 10^0 to 10^22 are doubles.
constexpr double exact_powers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                   1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
constexpr std::uint64_t small_powers[] = {1, 10, 100, 1000, 10000, 100000, 1000000, 10000000};

/// Eight bytes as a number whose lowest byte is the first.
std::uint64_t load(const char* text) {
  std::uint64_t word;
  std::memcpy(&word, text, sizeof word);
  if constexpr (std::endian::native == std::endian::big) word = __builtin_bswap64(word);
  return word;
}

bool is_digit(char c) {
  return static_cast<unsigned char>(c - '0') < 10;
}

/// The high half of each byte that is no digit; bytes after the first of them may be marked too.
std::uint64_t mark_others(std::uint64_t digits) {
  return ((digits + 0x0606060606060606) | digits) & 0xf0f0f0f0f0f0f0f0;
}

/// Eight digits, the first in the lowest byte: pairs, fours, all.
std::uint64_t combine(std::uint64_t digits) {
  digits = digits * 10 + (digits >> 8);
  constexpr std::uint64_t mask = 0x000000ff000000ff;
  return ((digits & mask) * (100 + (1000000ull << 32)) + ((digits >> 16) & mask) * (1 + (10000ull << 32))) >>
         32;
}

/// Appends the digits at `at` to those of `number`, modulo 2^64; returns their end.
const char* append_digits(const char* at, std::uint64_t& number) {
  for (;;) {
    const std::uint64_t digits = load(at) ^ 0x3030303030303030;
    const std::uint64_t others = mark_others(digits);
    if (others != 0) {
      const int count = std::countr_zero(others) / 8;
      // Zeros in front take the place of what is no digit. Two shifts: none of 64 bits, for a count of 0,
      // which is too frequent and too irregular for a branch.
      number = number * small_powers[count] + combine(digits << (56 - 8 * count) << 8);
      return at + count;
    }
    number = number * 100000000 + combine(digits);
    at += 8;
  }
}

/// `value` becomes the double nearest to digits 10^exponent where one rounding of two exact operands gives
/// it: 64 bits would not tell 0.5 from a middle between two doubles. False elsewhere.
bool assemble_short(std::uint64_t digits, std::int64_t exponent, double& value) {
  if (digits >= (1ull << 53) || exponent < -22 || exponent > 22) return false;
  value = static_cast<double>(digits);
  value = exponent < 0 ? value / exact_powers[-exponent] : value * exact_powers[exponent];
  return true;
}

/// `value` becomes the double nearest to digits 10^exponent. False where these bits do not tell.
/// With g = floor(10^k 2^(63 - l)), l = floor(log2 10^k), and w = digits 2^z in [2^63, 2^64), the number is
/// from w g to w g + w, in units of 2^(l - 63 - z): enough unless this interval holds a number or a middle
/// between two.
bool assemble_long(std::uint64_t digits, std::int64_t exponent, double& value) {
  if (digits == 0) return value = 0, true;
  if (exponent < min_power_of_ten || exponent > 308) return false;
  const int k = static_cast<int>(exponent);
  const int zeros = std::countl_zero(digits);
  const std::uint64_t w = digits << zeros;
  const Wide product = Wide{w} * power_of_ten(k).high;
  const auto high = static_cast<std::uint64_t>(product >> 64);
  const auto low = static_cast<std::uint64_t>(product);
  const int top = static_cast<int>(high >> 63);
  const int cut = 9 + top;
  std::uint64_t mantissa = high >> cut;  // 53 bits and the one that rounds
  const std::uint64_t mask = (std::uint64_t{1} << cut) - 1;
  if ((high & mask) == mask && low + w < low) return false;
  if ((high & mask) == 0 && low == 0 && (mantissa & 3) == 1) return false;
  const int biased = log2_of_power_of_ten(k) + 63 + top - zeros + 1023;
  if (biased < 1 || biased > 2045) return false;
  mantissa = (mantissa + (mantissa & 1)) >> 1;  // 2^53 carries into the exponent below
  value = std::bit_cast<double>((static_cast<std::uint64_t>(biased) << 52) + (mantissa - (1ull << 52)));
  return true;
}

bool assemble(std::uint64_t digits, std::int64_t exponent, double& value) {
  // 2^53 would part the 16 digits of shortest text from its 17 digits, and each guess at that branch is a
  // coin: 2^40, 12 digits, parts one kind of column from another.
  if (digits < (1ull << 40) && assemble_short(digits, exponent, value)) return true;
  return assemble_long(digits, exponent, value) || assemble_short(digits, exponent, value);
}

/// Significant digits of the mantissa from `at` to `end`.
std::int64_t significant_digits(const char* at, const char* end) {
  std::int64_t count = 0;
  for (; at < end; ++at) count += is_digit(*at) && (count > 0 || *at != '0');
  return count;
}

[[gnu::noinline]] const char* read_slowly(const char* text, const char* end, double& value) {
  const auto [stop, status] = std::from_chars(text, end, value);
  return status == std::errc{} && stop == end ? end : nullptr;
}

}  // namespace

const char* read_number(const char* text, double& value) {
  const bool negative = *text == '-';
  const char* const first = text + negative;
  const char* at = first;
  std::uint64_t digits = 0;
  for (; is_digit(*at); ++at) digits = digits * 10 + static_cast<std::uint64_t>(*at - '0');
  std::int64_t count = at - first;
  std::int64_t exponent = 0;
  if (*at == '.') {
    const char* const fraction = ++at;
    at = append_digits(at, digits);
    exponent = fraction - at;
    count -= exponent;
  }
  if (count == 0) return nullptr;
  bool fits = count <= max_digits || significant_digits(first, at) <= max_digits;
  if ((*at | 0x20) == 'e') {
    const bool minus = *++at == '-';
    if (minus || *at == '+') ++at;
    if (!is_digit(*at)) return nullptr;
    std::int64_t given = 0;
    for (; is_digit(*at); ++at)
      if (given < max_given) given = given * 10 + (*at - '0');
    fits = fits && given < max_given;
    exponent += minus ? -given : given;
  }
  if (!fits || !assemble(digits, exponent, value)) return read_slowly(text, at, value);
  const std::uint64_t sign = static_cast<std::uint64_t>(negative)
                             << 63;  // as bits: a branch would be a guess
  value = std::bit_cast<double>(std::bit_cast<std::uint64_t>(value) | sign);
  return at;
}

}  // namespace fm
