#include "core/write_number.h"

#include <bit>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstring>

#include "core/powers_of_ten.h"

namespace fm {

namespace {

__extension__ using Wide = unsigned __int128;

constexpr int digit_count = 17;  // of Decimal
constexpr std::uint64_t least_digits = 10000000000000000;

/// digits 10^exponent, with digit_count digits, zeros at the end among them.
struct Decimal {
  std::uint64_t digits;
  int exponent;
};

/// Four times c 2^q 10^-k as a whole number, its last bit set where digits were cut off ("round to odd"):
/// such a number compares with even ones as the exact one does. g is ceil(10^-k 2^...), at most 1 too large.
std::uint64_t scaled(const PowerOfTen& g, std::uint64_t c) {
  const Wide lower = Wide{g.low} * c;
  const Wide both = Wide{g.high} * c + static_cast<std::uint64_t>(lower >> 64);
  return static_cast<std::uint64_t>(both >> 64) | (static_cast<std::uint64_t>(both) > 1);
}

/// `a` or `b`. Bits, since a branch on the digits of a number would be a guess.
std::uint64_t chosen(bool first, std::uint64_t a, std::uint64_t b) {
  return b ^ ((a ^ b) & (0 - std::uint64_t{first}));
}

/// The shortest decimal inside the interval that rounds to the positive double with these bits. Section 8 of
/// the paper, whose letters these are: the double is c 2^q, and s 10^k is the decimal just below it.
Decimal shortest_decimal(std::uint64_t bits) {
  constexpr std::uint64_t hidden = 1ull << 52;
  const std::uint64_t fraction = bits & (hidden - 1);
  const int biased = static_cast<int>(bits >> 52);
  const std::uint64_t c = biased != 0 ? fraction | hidden : fraction;
  const int q = (biased != 0 ? biased : 1) - 1075;
  const bool uneven = fraction == 0 && biased > 1;  // the double below is only half as far
  // floor(log10 2^q), or of 3/4 of it.
  const int k = (q * 1262611 - (uneven ? 524031 : 0)) >> 22;
  const int h = q + log2_of_power_of_ten(-k) + 1;
  PowerOfTen g = power_of_ten(-k);
  const bool exact = -k >= 0 && -k <= 55;
  g.high += !exact && ++g.low == 0;
  const std::uint64_t open = c & 1;  // an even double owns the ends of its interval
  const std::uint64_t lower = scaled(g, (4 * c - 2 + uneven) << h) + open;
  const std::uint64_t middle = scaled(g, (4 * c) << h);
  const std::uint64_t upper = scaled(g, (4 * c + 2) << h) - open;
  const std::uint64_t s = middle / 4;
  // A digit less, if one of the two neighbours is inside and the other is not.
  const std::uint64_t tens = s / 10 * 10;
  const bool tens_in = lower <= 4 * tens, next_tens_in = 4 * tens + 40 <= upper;
  const bool s_in = lower <= 4 * s, next_in = 4 * s + 4 <= upper;
  const bool nearer_next = (middle & 3) + (s & 1) > 2;  // beyond the half, or on it and s odd
  const std::uint64_t near = s + chosen(s_in != next_in, next_in, nearer_next);
  return {chosen(tens_in != next_tens_in, tens + 10 * std::uint64_t{next_tens_in}, near), k};
}

/// Eight digits of a number below 10^8 as bytes, the first in the lowest: fours, pairs, digits.
std::uint64_t spread(std::uint32_t number) {
  const std::uint64_t fours = number / 10000 | std::uint64_t{number % 10000} << 32;
  const std::uint64_t hundreds = ((fours * 10486) >> 20) & 0x0000007f0000007f;
  const std::uint64_t pairs = hundreds | (fours - 100 * hundreds) << 16;
  const std::uint64_t tens = ((pairs * 103) >> 10) & 0x000f000f000f000f;
  return tens | (pairs - 10 * tens) << 8;
}

/// The bytes of spread() as text.
void store(char* out, std::uint64_t digits) {
  digits |= 0x3030303030303030;
  if constexpr (std::endian::native == std::endian::big) digits = __builtin_bswap64(digits);
  std::memcpy(out, &digits, sizeof digits);
}

char* write_exponent(char* out, int exponent) {
  *out++ = 'e';
  *out++ = exponent < 0 ? '-' : '+';
  const int size = exponent < 0 ? -exponent : exponent;
  if (size >= 100) *out++ = static_cast<char>('0' + size / 100);
  *out++ = static_cast<char>('0' + size / 10 % 10);
  *out++ = static_cast<char>('0' + size % 10);
  return out;
}

}  // namespace

char* write_shortest(char* out, double value) {
  char* const begin = out;
  const std::uint64_t bits = std::bit_cast<std::uint64_t>(value);
  const std::uint64_t size = bits & ~(1ull << 63);
  if (size == 0 || size >> 52 == 0x7ff) return std::to_chars(out, out + shortest_room, value).ptr;
  *out = '-';
  out += bits >> 63;
  Decimal decimal = shortest_decimal(size);
  const bool short_by_one = decimal.digits < least_digits;
  decimal = {chosen(short_by_one, decimal.digits * 10, decimal.digits), decimal.exponent - short_by_one};
  while (decimal.digits < least_digits) decimal = {decimal.digits * 10, decimal.exponent - 1};  // subnormal
  const auto first = static_cast<char>('0' + decimal.digits / least_digits);
  const std::uint64_t rest = decimal.digits % least_digits;
  const std::uint64_t high = spread(static_cast<std::uint32_t>(rest / 100000000));
  // Numbers of few digits come in columns: a good guess.
  const auto last_eight = static_cast<std::uint32_t>(rest % 100000000);
  const std::uint64_t low = last_eight != 0 ? spread(last_eight) : 0;
  const int zeros = low != 0 ? std::countl_zero(low) / 8 : 8 + std::countl_zero(high) / 8;
  const int count = digit_count - zeros;
  const int exponent = decimal.exponent + digit_count - 1;  // of the first digit
  // Whole numbers, whose digits may go on where these end.
  if (count <= exponent + 1) return std::to_chars(begin, begin + shortest_room, value).ptr;
  if (exponent > 0) {
    out[0] = first;
    store(out + 1, high);
    store(out + 9, low);
    std::memmove(out + exponent + 2, out + exponent + 1, 16);
    out[exponent + 1] = '.';
    return out + count + 1;
  }
  if (exponent >= -3 - (count > 1)) {  // d.ddd or 0.00ddd, without a branch between them
    const int below_one = exponent >> 31;
    const int at = (1 - exponent) & below_one, point = 1 + below_one;
    std::memcpy(out, "0.000000", 8);
    out[at] = first;
    store(out + at + 1 + point, high);
    store(out + at + 9 + point, low);
    return out + at + count + point;
  }
  out[0] = first;
  out[1] = '.';
  store(out + 2, high);
  store(out + 10, low);
  return write_exponent(out + (count > 1 ? count + 1 : 1), exponent);
}

char* write_decimal(char* out, double value) {
  if (std::abs(value) < 0x1p53 && !(value == 0 && std::signbit(value)))
    if (const auto whole = static_cast<std::int64_t>(value); static_cast<double>(whole) == value)
      return std::to_chars(out, out + shortest_room, whole).ptr;
  return write_shortest(out, value);
}

}  // namespace fm
