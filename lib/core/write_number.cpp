#include "core/write_number.h"

#include <bit>
#include <charconv>
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
  const bool nearer_next = middle > 4 * s + 2 || (middle == 4 * s + 2 && (s & 1));
  const std::uint64_t whole = s + (s_in != next_in ? next_in : nearer_next);
  // Chosen without branches, which would be guesses.
  const std::uint64_t digits = tens_in != next_tens_in && s >= 10 ? tens + (next_tens_in ? 10 : 0) : whole;
  return {digits, k};
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
  for (int i = 0; i < 8; ++i) out[i] = static_cast<char>(digits >> (8 * i) & 0xff);
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
  while (decimal.digits < least_digits) decimal = {decimal.digits * 10, decimal.exponent - 1};
  const auto first = static_cast<char>('0' + decimal.digits / least_digits);
  const std::uint64_t rest = decimal.digits % least_digits;
  const std::uint64_t high = spread(static_cast<std::uint32_t>(rest / 100000000));
  const std::uint64_t low = spread(static_cast<std::uint32_t>(rest % 100000000));
  const int zeros = low != 0 ? std::countl_zero(low) / 8 : 8 + std::countl_zero(high) / 8;
  const int count = digit_count - zeros;
  const int exponent = decimal.exponent + digit_count - 1;  // of the first digit
  const auto put_digits = [&](char* at) {
    *at = first;
    store(at + 1, high);
    store(at + 9, low);
  };
  const auto put_point_after_first = [&] {
    out[0] = first;
    out[1] = '.';
    store(out + 2, high);
    store(out + 10, low);
  };
  if (exponent == 0 && count > 1) {
    put_point_after_first();
    return out + count + 1;
  }
  if (exponent >= 0) {
    // Whole numbers, whose digits may go on where these end.
    if (count <= exponent + 1) return std::to_chars(begin, begin + shortest_room, value).ptr;
    put_digits(out);
    std::memmove(out + exponent + 2, out + exponent + 1, 16);
    out[exponent + 1] = '.';
    return out + count + 1;
  }
  if (-exponent <= 3 + (count > 1)) {
    std::memcpy(out, "0.000", 5);
    put_digits(out + 1 - exponent);
    return out + 1 - exponent + count;
  }
  put_point_after_first();
  return write_exponent(out + (count > 1 ? count + 1 : 1), exponent);
}

}  // namespace fm
