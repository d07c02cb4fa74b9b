#include "core/text.h"

#include <doctest/doctest.h>

#include <cmath>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "core/error.h"
#include "core/random.h"

using namespace fm;

TEST_CASE("text: the shortest digits of any double read back as the same double") {
  Draws draws(1, Purpose::test, 0);
  for (int i = 0; i < 100000; ++i) {
    const std::uint64_t bits = draws.bits();
    double value;
    std::memcpy(&value, &bits, sizeof value);
    if (!std::isfinite(value)) continue;
    double back = 0;
    REQUIRE(parse_double(shortest(value), back) == NumberText::number);
    REQUIRE(std::memcmp(&value, &back, sizeof value) == 0);
  }
}

TEST_CASE(
    "text: parse_double takes what strtod takes in the C locale, but neither blanks, hexadecimal nor tails") {
  for (const char* text :
       {"0", "-0", "1", "+1", "1.", ".5", "1e5", "1E-5", "-1.25e+3", "4.9e-324", "1.7976931348623157e308",
        "0.1", "123456789012345678901234567890", "2.2250738585072011e-308"}) {
    double value = -1;
    CHECK_MESSAGE(parse_double(text, value) == NumberText::number, text);
    CHECK_MESSAGE(value == std::strtod(text, nullptr), text);
  }
  for (const char* text : {"", "+", "-", "+-1", "1,5", " 1", "1 ", "0x10", "1e", "e5", "1.2.3", "abc",
                           "nan(1)", "--1", "1_000"}) {
    double value = -1;
    CHECK_MESSAGE(parse_double(text, value) == NumberText::not_a_number, text);
  }
}

TEST_CASE("text: too large is out of range, too small is zero") {
  double value = -1;
  for (const char* text : {"1e309", "-1e309", "1e999999999999999999999", "1000e306", "123456789e301",
                           "11e9223372036854775807", "-11e9223372036854775807"})
    CHECK_MESSAGE(parse_double(text, value) == NumberText::out_of_range, text);
  for (const char* text : {"1e-400", "-1e-400", "0.0001e-322", "1e-999999999999999999999", "0.00000001e-320",
                           "0.011e-9223372036854775808", "-0.011e-9223372036854775808"}) {
    CHECK_MESSAGE(parse_double(text, value) == NumberText::number, text);
    CHECK(value == 0);
  }
}

TEST_CASE("text: counts take powers of ten and decimal suffixes, and nothing that is not whole") {
  CHECK(parse_count("10k") == 10000);
  CHECK(parse_count("1.1M") == 1100000);
  CHECK(parse_count("0.1k") == 100);
  CHECK(parse_count("2.5G") == 2500000000);
  CHECK(parse_count("1e6") == 1000000);
  CHECK(parse_count("010") == 10);
  CHECK(parse_count("-3") == -3);
  CHECK(parse_count("9223372036854775807") == 9223372036854775807);
  for (const char* text :
       {"", "k", "1.5", "1e-1", "10K5", "1e30", "9223372036854775808", "nan", "inf", "0.0001k"})
    CHECK_MESSAGE(!parse_count(text), text);
}

TEST_CASE("text: the nearest name is found for slips and prefixes only") {
  const std::vector<std::string> names = {"scheduler", "solver", "seed", "steps"};
  CHECK(nearest("schedular", names) == "scheduler");
  CHECK(nearest("step", names) == "steps");
  CHECK(nearest("sede", names) == "seed");
  CHECK(nearest("sched", names) == "scheduler");
  CHECK(!nearest("banana", names));
}

TEST_CASE(
    "text: a name that is the same but for capital letters is nearest, and one with nothing alike is none") {
  CHECK(nearest("K", {"x", "k"}) == "k");
  CHECK(nearest("SPECIES", {"special", "species"}) == "species");
  CHECK(!nearest("z", {"a", "b"}));
  CHECK(!nearest("", {"a"}));
  CHECK(nearest("xa", {"ya", "b"}) == "ya");
}

TEST_CASE("text: rounded keeps the asked digits") {
  CHECK(rounded(0.0123456) == "0.01235");
  CHECK(rounded(123.456) == "123.5");
  CHECK(rounded(12345.6) == "12346");
  CHECK(rounded(0) == "0.000");
  CHECK(rounded(1.5e-9) == "1.500e-09");
}

TEST_CASE("text: quoted input shows control characters and broken UTF-8 escaped, and is cut") {
  CHECK(in_quotes("plain \xc3\xa9") == "\"plain \xc3\xa9\"");
  CHECK(in_quotes("\x1b[31m\n") == "\"\\x1b[31m\\x0a\"");
  CHECK(in_quotes("\xff\xc3") == "\"\\xff\\xc3\"");
  CHECK(in_quotes("\xc2\x9b") == "\"\\xc2\\x9b\"");  // a C1 control
  CHECK(in_quotes(std::string(100, 'a')).size() == 65);
}

TEST_CASE("text: UTF-8 is what the standard's table of well-formed sequences allows") {
  // The Unicode Standard, table 3-7: first and last of each row, and their neighbours.
  for (const char* text :
       {"", "a", "\x7f", "\xc2\x80", "\xdf\xbf", "\xe0\xa0\x80", "\xed\x9f\xbf", "\xee\x80\x80",
        "\xef\xbf\xbf", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf", "M\xc3\xbcller"})
    CHECK_MESSAGE(is_utf8(text), in_quotes(text));
  for (const char* text : {"\x80", "\xc1\xbf", "\xc2", "\xc2\x41", "\xe0\x9f\xbf", "\xed\xa0\x80", "\xe2\x82",
                           "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff", "M\xfcller"})
    CHECK_MESSAGE(!is_utf8(text), in_quotes(text));
}

TEST_CASE(
    "text: a hint asks for the nearest name, and lists all where there is none or where it is told to") {
  const std::vector<std::string> names = {"rose", "lily"};
  CHECK(suggestion("rosa", names) == "did you mean \"rose\"?");
  CHECK(suggestion("banana", names) == "known: rose, lily");
  CHECK(suggestion_with_list("rosa", names) == "did you mean \"rose\"? known: rose, lily");
  CHECK(suggestion_with_list("banana", names, "the columns are: ") == "the columns are: rose, lily");
}

TEST_CASE("text: small letters, and nothing else changes") {
  CHECK(lower_case("A.Csv.GZ[@`{]\xc3\x84") == "a.csv.gz[@`{]\xc3\x84");
}
