#include "cli/answer.h"

#include <doctest/doctest.h>

#include <cmath>
#include <map>
#include <string>
#include <vector>

#include "core/error.h"

using namespace fm;

namespace {

double number_named(const std::string& name) {
  const std::map<std::string, double> numbers = {
      {"w2", 0.5}, {"w2.floor", 0.4}, {"floor", 0.4}, {"mmd:k=1.p", 0.25}, {"organ", 7}};
  const auto found = numbers.find(name);
  if (found == numbers.end()) throw usage_error("no-such", name);
  return found->second;
}

bool answer(const std::string& condition) {
  return holds(condition, number_named);
}

std::string condition_error(const std::string& condition) {
  try {
    answer(condition);
  } catch (const Error& error) {
    return error.id() + ": " + error.what();
  }
  return "none";
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("conditions: comparisons, arithmetic and names") {
  CHECK(answer("w2 > 1.2*floor"));
  CHECK_FALSE(answer("w2 > 1.3*floor"));
  CHECK(answer("w2.floor<w2"));
  CHECK(answer("w2>=.5"));
  CHECK(answer("5e-1 <= w2"));
  CHECK(answer("w2 == 1/2"));
  CHECK(answer("w2 != 1"));
  CHECK(answer("\"mmd:k=1\".p < 0.5"));
  CHECK(answer("\"mmd:k=1.p\" == 0.25"));
}

TEST_CASE("conditions: products before sums before comparisons before not and or - left before right") {
  CHECK(answer("1 + 2 * 3 == 7"));
  CHECK(answer("(1 + 2) * 3 == 9"));
  CHECK(answer("8 / 4 / 2 == 1"));
  CHECK(answer("8 - 4 - 2 == 2"));
  CHECK(answer("-2 - -3 == 1"));
  CHECK(answer("2*-3 == -6"));
  CHECK(answer("1 < 2 or 1 > 2 and 1 > 2"));
  CHECK_FALSE(answer("(1 < 2 or 1 > 2) and 1 > 2"));
  CHECK(answer("not 1 > 2 && !(3 < 2)"));
  CHECK(answer("1 > 2 || organ > 6"));  // "organ" begins with "or"
}

TEST_CASE("conditions: what is no condition says why, and is quoted") {
  CHECK(has(condition_error(""), "it ends where a number or a name should stand"));
  CHECK(has(condition_error("w2 >"), "it ends where"));
  CHECK(has(condition_error("w2"), "a number stands where a comparison should"));
  CHECK(has(condition_error("w2 > 1 > 0"), "an operator is missing before \"> 0\""));
  CHECK(has(condition_error("(w2 > 1) + 1 > 0"), "a comparison stands where a number should"));
  CHECK(has(condition_error("(w2 > 1"), "a \")\" is missing"));
  CHECK(has(condition_error("w2 > 1)"), "an operator is missing before \")\""));
  CHECK(has(condition_error("w2 > 1x"), "\"1x\" is neither a number nor a name"));
  CHECK(has(condition_error("w2 > $"), "\"$\" is neither a number nor a name"));
  CHECK(has(condition_error("w2 = 1"), "an operator is missing before \"= 1\""));
  CHECK(has(condition_error("\"w2 > 1"), "a quote is not closed"));
  CHECK(has(condition_error(std::string(10000, '(')), "nests more than 200 deep"));
  CHECK(has(condition_error(std::string(10000, '!')), "nests more than 200 deep"));
  CHECK(has(condition_error("1 > 2 and nothing > 1"), "no-such: nothing"));  // looked up all the same
}

TEST_CASE("conditions: known names may hold any character, the longest is read, and what follows stays") {
  const std::vector<std::string> known = {"sliced-w2", "w2", "sinkhorn:reg=0.5", "sinkhorn:reg=0",
                                          "marginals.a b"};
  const std::map<std::string, double> numbers = {
      {"sliced-w2", 3},          {"sliced-w2.p", 4},      {"w2", 1},
      {"sinkhorn:reg=0.5.p", 5}, {"marginals.a b.w1", 6}, {"w2x", 7}};
  const auto answer_of = [&](const std::string& condition) {
    return holds(
        condition, [&](const std::string& name) { return numbers.at(name); }, known);
  };
  CHECK(answer_of("sliced-w2 == 3 and sliced-w2.p == 4"));
  CHECK(answer_of("sliced-w2-w2 == 2"));
  CHECK(answer_of("2*sinkhorn:reg=0.5.p == 10"));
  CHECK(answer_of("marginals.a b.w1 == 6"));
  CHECK(answer_of("w2x == 7"));
}

TEST_CASE("conditions: a sum or quotient that is not finite is an error, and what is not known yet is none") {
  for (const char* condition :
       {"w2 > 0/0", "w2 > 1/0", "w2/0 > 1", "w2 > 1e308 * 1e308", "w2 > 1e308 + 1e308"}) {
    CAPTURE(condition);
    CHECK(condition_error(condition).starts_with("condition-number: "));
  }
  const auto unknown = [](const std::string&) { return std::nan(""); };
  CHECK_FALSE(holds("w2 / (floor - floor) > 1 or w2 < 1", unknown));
  CHECK_THROWS_AS(holds("w2 / floor > 1 / 0", unknown), Error);
}
