#include "core/read_number.h"

#include <doctest/doctest.h>

#include <bit>
#include <cfloat>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "core/powers_of_ten.h"
#include "core/random.h"

using namespace fm;

namespace {

/// Where read_number() stops in `text` and what it reads there must be what strtod says.
void require_as_strtod(const std::string& text) {
  CAPTURE(text);
  const std::string followed = text + ",9.5e+123456789";  // what follows must not matter
  double value = -1;
  const char* const end = read_number(followed.c_str(), value);
  REQUIRE(end == followed.c_str() + text.size());
  REQUIRE(std::bit_cast<std::uint64_t>(value) ==
          std::bit_cast<std::uint64_t>(std::strtod(text.c_str(), nullptr)));
}

std::string printed(const char* format, double value) {
  char text[1200];
  return {text, static_cast<std::size_t>(std::snprintf(text, sizeof text, format, value))};
}

}  // namespace

TEST_CASE("powers of ten: all are those of exact rational arithmetic") {
  // floor(10^k 2^(127 - l)) by Python 3.11's fractions.Fraction, its halves put together as here.
  std::uint64_t high = 0, low = 0;
  for (int k = min_power_of_ten; k <= max_power_of_ten; ++k) {
    high = high * 31 + power_of_ten(k).high;
    low = low * 31 + power_of_ten(k).low;
  }
  CHECK(high == 0xe3f20edc4594cdf9);
  CHECK(low == 0xc4fc085822fc1899);
}

TEST_CASE("read number: any double, printed with any number of digits, is read as strtod reads it") {
  Draws draws(1, Purpose::test, 0);
  for (int i = 0; i < 30000; ++i) {
    const double value = std::bit_cast<double>(draws.bits() & ~(std::uint64_t{1} << 62));  // below 2
    for (const char* format : {"%.17g", "%.0e", "%.5e", "%.15e", "%.16e", "%.18e", "%.19e", "%.40e"})
      if (std::abs(value) >= DBL_MIN) require_as_strtod(printed(format, value));
    const double near = (draws.uniform() - 0.5) * std::exp2(static_cast<double>(i % 90 - 20));
    for (const char* format : {"%.17g", "%.0f", "%.1f", "%.4f", "%.9f", "%.16f", "%.17f", "%.18f", "%.30f"})
      require_as_strtod(printed(format, near));
  }
}

TEST_CASE("read number: every power of ten in the range of normal doubles") {
  for (int k = -307; k <= 308; ++k)
    for (const char* digits : {"1", "9", "1.7", "9007199254740993", "0.00012345678901234567", "-0.5"}) {
      const std::string text = std::string(digits) + "e" + std::to_string(k);
      const double value = std::strtod(text.c_str(), nullptr);
      if (std::abs(value) >= DBL_MIN && std::abs(value) <= DBL_MAX) require_as_strtod(text);
    }
}

TEST_CASE("read number: the middle between two doubles goes to the even one, and a digit decides beside it") {
  Draws draws(2, Purpose::test, 0);
  for (int i = 0; i < 2000; ++i) {
    // Exact decimal texts of middles: whole numbers of 54 bits, and those with a binary fraction.
    const std::uint64_t odd = (draws.bits() >> 10) | (std::uint64_t{1} << 53) | 1;
    require_as_strtod(std::to_string(odd));
    require_as_strtod(std::to_string(odd) + ".0");
    require_as_strtod(std::to_string(odd) + ".00001");
    require_as_strtod(std::to_string(odd - 1) + ".99999");
    require_as_strtod(std::to_string(odd) + "e1");
    require_as_strtod(printed("%.3f", static_cast<double>(odd >> 4)));
    require_as_strtod(std::to_string(odd >> 2) + ".125");
    require_as_strtod(std::to_string(odd >> 2) + ".375");
    require_as_strtod(std::to_string(odd >> 1) + ".5");
  }
}

TEST_CASE("read number: halves, quarters, eighths, ... are doubles of few digits or many") {
  Draws draws(2, Purpose::test, 0);
  for (int bits = 1; bits <= 53; ++bits)
    for (int cuts = 0; cuts <= 30; ++cuts) {
      const double value = std::ldexp(std::floor(std::ldexp(draws.uniform(), bits)), -cuts);
      require_as_strtod(printed("%.30f", value));
      require_as_strtod(printed(("%." + std::to_string(cuts) + "f").c_str(), value));
    }
}

TEST_CASE("read number: zeros, points and exponents in all their places") {
  for (const char* text : {"0",
                           "-0",
                           "0.0",
                           "-0.0",
                           "0e5",
                           "0e-400",
                           "0.000000000000000000000000",
                           "5.",
                           ".5",
                           "-.5",
                           "-5.e2",
                           "1E5",
                           "1e+05",
                           "1e-05",
                           "00012.5",
                           "000000000000000000000000012.5",
                           "12345678",
                           "123456789012345678",
                           "1234567890123456789",
                           "12345678901234567890",
                           "99999999999999999999999",
                           "18446744073709551615",
                           "18446744073709551616",
                           "0.0000000000000000000000000000012345678901234567",
                           "1.7976931348623157e308",
                           "2.2250738585072014e-308"})
    require_as_strtod(text);
}

TEST_CASE("read number: what is no number, or not within the doubles, is left to others") {
  for (const char* text :
       {"", "-", "+1", ".", "-.", "e5", "1e", "1e+", "1e-x", " 1", "inf", "nan", "--1", "1e309", "-1e309",
        "1e-400", "1e99999999999999999999", "1e-99999999999999999999"}) {
    double value = 0;
    CHECK_MESSAGE(read_number((std::string(text) + ",00000000").c_str(), value) == nullptr, text);
  }
}

TEST_CASE("read number: subnormal numbers are read too") {
  for (const char* text : {"4.9e-324", "1e-310", "2.2250738585072011e-308"}) require_as_strtod(text);
}
