// What the numbers beside a comparison promise, by simulation over every metric.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <type_traits>
#include <vector>

#include "core/random.h"
#include "core/value.h"
#include "metrics/two_sample.h"
#include "support/points.h"

using namespace fm;

namespace {

/// Members that take long make do with less.
template <class Member>
Metric cheap(Member member) {
  if constexpr (std::is_same_v<Member, C2stNetwork>) member.width = 4, member.steps = 20;
  if constexpr (std::is_same_v<Member, SlicedW2>) member.directions = 10;
  if constexpr (std::is_same_v<Member, SinkhornW2>) member.reg = 1;  // fewer iterations
  return member;
}

/// Largest F_n(a) - a over a, and of a - F_n(a).
struct Departure {
  double above = 0, below = 0;
};
Departure departure(std::vector<double> p_values) {
  std::sort(p_values.begin(), p_values.end());
  Departure result;
  const auto count = static_cast<double>(p_values.size());
  for (std::size_t k = 0; k < p_values.size(); ++k) {
    result.above = std::max(result.above, static_cast<double>(k + 1) / count - p_values[k]);
    result.below = std::max(result.below, p_values[k] - static_cast<double>(k) / count);
  }
  return result;
}

Points shifted(Points points, double shift) {
  points.row(0).array() += shift;
  return points;
}

}  // namespace

TEST_CASE("two samples: p of every metric is uniform for one law and above that where values tie" *
          doctest::test_suite("slow")) {
  // Kolmogorov and Smirnov, one side: exp(-2 n d^2) = 1/1000 at d = 1.86 / sqrt(n), for each metric and side;
  // 1/100 more for the steps of p, which is a multiple of that.
  constexpr int repetitions = 500;
  const double bound = 1.86 / std::sqrt(double{repetitions}) + 0.01;
  for_each_member<Metric>([&](const auto& member) {
    CAPTURE(member.name);
    std::vector<double> p_values;
    for (std::uint64_t seed = 0; seed < repetitions; ++seed)
      p_values.push_back(permutation_test(cheap(member), normal_points(2, 40, 2 * seed),
                                          normal_points(2, 40, 2 * seed + 1), 99, seed)
                             .p_value);
    const Departure found = departure(p_values);
    CHECK(found.above <= bound);
    if (member.traits().power_of_unit == 1 || member.traits().unbiased)
      CHECK(found.below <= bound);  // values do not tie
  });
}

TEST_CASE(
    "two samples: energy finds a shift of a quarter deviation at level .01 in 95 of 100 clouds of 1000" *
    doctest::test_suite("slow")) {
  for (const Metric& metric : {Metric(Energy{}), Metric(Mmd{})}) {
    int found = 0;
    for (std::uint64_t seed = 0; seed < 100; ++seed)
      if (permutation_test(metric, shifted(normal_points(2, 1000, 2 * seed), 0.25),
                           normal_points(2, 1000, 2 * seed + 1), 199, seed)
              .p_value <= 0.01)
        ++found;
    CHECK(found >= 95);
  }
}

TEST_CASE("two samples: every metric tells clouds apart that are") {
  for_each_member<Metric>([&](const auto& member) {
    CAPTURE(member.name);
    TwoSampleOptions options;
    options.permutations = 99;
    options.repeats = 2;
    const auto result =
        two_sample(member, shifted(normal_points(2, 300, 1), 2), normal_points(2, 600, 2), options, 3);
    CHECK(*result.p_value <= 0.01);
    CHECK((result.value > result.floor) == member.traits().grows);
  });
}

TEST_CASE("two samples: intervals of every metric cover the mean of values at least as often as they say" *
          doctest::test_suite("slow")) {
  // 200 pairs of clouds; at 95 % fewer than 181 intervals cover in 1 of 500 sets. The mean of values, whose
  // error is a fourteenth of a value's, stands for their expectation.
  constexpr std::uint64_t repetitions = 200;
  for (const double shift : {0.0, 0.5, 1.0})
    for_each_member<Metric>([&](const auto& member) {
      CAPTURE(member.name);
      CAPTURE(shift);
      TwoSampleOptions options;
      options.permutations = 19;
      options.repeats = 1;
      std::vector<TwoSampleResult> results;
      double mean = 0;
      for (std::uint64_t seed = 0; seed < repetitions; ++seed) {
        results.push_back(two_sample(cheap(member), shifted(normal_points(2, 100, 2 * seed), shift),
                                     normal_points(2, 200, 2 * seed + 1), options, 1));
        mean += results.back().value / static_cast<double>(repetitions);
      }
      int covered = 0;
      for (const TwoSampleResult& result : results)
        covered += result.interval->low <= mean && mean <= result.interval->high ? 1 : 0;
      CHECK(covered >= 181);
    });
}
