#include "core/write_number.h"

#include <doctest/doctest.h>

#include <bit>
#include <charconv>
#include <cmath>
#include <limits>
#include <string>

#include "core/random.h"

using namespace fm;

namespace {

/// std::to_chars is the other program: libstdc++ uses Ryu.
void require_as_to_chars(double value) {
  char mine[shortest_room], theirs[400];
  const std::string text(mine, write_shortest(mine, value));
  REQUIRE(text == std::string(theirs, std::to_chars(theirs, theirs + sizeof theirs, value).ptr));
}

}  // namespace

TEST_CASE("write number: any double is written as to_chars writes it") {
  Draws draws(1, Purpose::test, 0);
  for (int i = 0; i < 300000; ++i) require_as_to_chars(std::bit_cast<double>(draws.bits()));
  for (int i = 0; i < 300000; ++i)
    require_as_to_chars((draws.uniform() - 0.5) * std::exp2(static_cast<double>(i % 120 - 50)));
}

TEST_CASE("write number: numbers of few digits at every exponent") {
  Draws draws(2, Purpose::test, 0);
  for (int exponent = -330; exponent <= 308; ++exponent)
    for (int i = 0; i < 100; ++i) {
      const auto digits = static_cast<std::int64_t>(draws.bits() >> (30 + i % 34));
      const std::string text = std::to_string(digits) + "e" + std::to_string(exponent);
      const double value = std::strtod(text.c_str(), nullptr);
      if (std::isfinite(value)) require_as_to_chars(-value);
    }
  for (int decimals = 0; decimals < 12; ++decimals)
    for (int i = 0; i < 20000; ++i)
      require_as_to_chars(static_cast<double>(draws.bits() >> 34) / std::pow(10.0, decimals));
}

TEST_CASE("write number: powers of two, their neighbours, subnormal numbers and the ends of the doubles") {
  const double infinity = std::numeric_limits<double>::infinity();
  for (int exponent = -1074; exponent <= 1023; ++exponent) {
    const double power = std::ldexp(1.0, exponent);
    for (const double value : {power, std::nextafter(power, 0), std::nextafter(power, infinity), -3 * power})
      require_as_to_chars(value);
  }
  for (const double value : {0.0,
                             -0.0,
                             infinity,
                             -infinity,
                             std::numeric_limits<double>::quiet_NaN(),
                             std::numeric_limits<double>::max(),
                             std::numeric_limits<double>::min(),
                             5e-324,
                             1e22,
                             1e23,
                             9007199254740993.0,
                             1e21,
                             123456789012345680.0,
                             0.001,
                             0.0001,
                             0.00012,
                             0.00001,
                             1e-100,
                             1.5e300,
                             2.2250738585072011e-308})
    require_as_to_chars(value);
}
