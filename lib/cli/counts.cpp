#include "cli/counts.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <utility>
#include <vector>

#include "core/decimal.h"
#include "core/error.h"
#include "core/text.h"

namespace fm {

RowRange shard_rows(const std::string& shard, Index total) {
  const auto parts = split(shard, '/');
  const auto k = parse_count(parts.front());
  const auto n = parse_count(parts.back());
  if (parts.size() != 2 || !k || !n || *k < 1 || *n < 1 || *k > *n)
    throw usage_error("shard", "--shard: " + in_quotes(shard) + " is not K/N with 1 <= K <= N",
                      "e.g. --shard 3/8");
  __extension__ using Wide = __int128;  // holds the product of two counts
  const auto bound = [&](Index i) { return static_cast<Index>(static_cast<Wide>(total) * i / *n); };
  return {bound(*k - 1), bound(*k), *k == 1};
}

namespace {

constexpr double max_times = 1e6;

[[noreturn]] void bad_times(const std::string& text, const std::string& why, const char* example) {
  throw usage_error("times", "--times: " + in_quotes(text) + " " + why, example);
}

std::vector<double> numbers_of(const std::string& text, char separator, const char* example) {
  std::vector<double> numbers;
  for (const std::string_view piece : split(text, separator)) {
    double number = 0;
    if (parse_double(piece, number) != NumberText::number || !(number >= 0 && number <= 1))
      bad_times(text, "holds " + in_quotes(std::string(piece)) + ", not a time in [0, 1]", example);
    numbers.push_back(number);
  }
  return numbers;
}

}  // namespace

std::pair<double, double> parse_interval(const std::string& text) {
  constexpr auto example = "e.g. --times 0:1, or 1:0 backwards";
  const auto ends = numbers_of(text, ':', example);
  if (ends.size() != 2 || ends[0] == ends[1])
    bad_times(text, "is not T0:T1 with two different times", example);
  return {ends[0], ends[1]};
}

Vector parse_times(const std::string& text) {
  constexpr auto example = "e.g. --times 0:1:0.05 or --times 0,0.5,1";
  if (text.find(':') == std::string::npos) {
    const auto list = numbers_of(text, ',', example);
    const bool rising = std::adjacent_find(list.begin(), list.end(), std::greater_equal<>()) == list.end();
    const bool falling = std::adjacent_find(list.begin(), list.end(), std::less_equal<>()) == list.end();
    if (list.size() < 2) bad_times(text, "is one time only", example);
    if (!rising && !falling) bad_times(text, "is neither rising nor falling", example);
    return Eigen::Map<const Vector>(list.data(), static_cast<Index>(list.size()));
  }
  const auto parts = numbers_of(text, ':', example);
  if (parts.size() != 3 || parts[2] <= 0 || parts[0] == parts[1])
    bad_times(text, "is not START:END:STEP with a positive step", example);
  const double length = std::abs(parts[1] - parts[0]);
  if (length / parts[2] > max_times) bad_times(text, "makes more than a million times", example);
  // The end is included. Decimal fractions are rounded as doubles: a quotient within 2^-40 of a whole number
  // counts as that number (a million steps of 2^-53 each are 2^-33 at most, of the usual thousand 2^-43).
  const double quotient = length / parts[2], whole = std::round(quotient);
  const auto steps = static_cast<Index>(
      whole >= 1 && std::abs(quotient - whole) < 0x1p-40 * whole ? whole : std::ceil(quotient));
  Vector times(steps + 1);
  for (Index k = 0; k < steps; ++k)
    times(k) = as_typed(parts[0] + (parts[1] > parts[0] ? 1 : -1) * parts[2] * static_cast<double>(k));
  times(steps) = parts[1];
  return times;
}

}  // namespace fm
