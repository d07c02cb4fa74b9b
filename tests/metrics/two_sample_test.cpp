#include "metrics/two_sample.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "core/error.h"
#include "core/json.h"
#include "core/parallel.h"
#include "core/random.h"
#include "metrics/classifier.h"
#include "support/points.h"

using namespace fm;

namespace {

bool same(const TwoSampleResult& a, const TwoSampleResult& b) {
  return a.value == b.value && a.floor == b.floor && a.value_error == b.value_error &&
         a.floor_error == b.floor_error && a.ratio == b.ratio && a.p_value == b.p_value &&
         a.interval.has_value() == b.interval.has_value() &&
         (!a.interval || (a.interval->low == b.interval->low && a.interval->high == b.interval->high));
}

std::string two_sample_error(Index n, Index m, const TwoSampleOptions& options = {}) {
  try {
    two_sample(W2{}, normal_points(2, n, 1), normal_points(2, m, 2), options, 0);
  } catch (const Error& error) {
    return error.id();
  }
  return "none";
}

}  // namespace

TEST_CASE("two-sample: a unit of any size is a unit") {
  Points x(2, 40), y(2, 40);
  fill_normal({1, Purpose::test}, 0, x);
  fill_normal({2, Purpose::test}, 0, y);
  for_each_member<Metric>([&](const auto& metric) {
    CAPTURE(metric.name);
    const TwoSampleResult plain = two_sample(metric, x, y, {}, 1);
    for (const double unit : {0x1p-700, 0x1p700}) {
      const TwoSampleResult scaled = two_sample(metric, unit * x, unit * y, {}, 1);
      const double factor = metric.traits().power_of_unit == 1 ? unit : 1;  // powers of two change no digit
      CHECK(scaled.value == factor * plain.value);
      CHECK(scaled.floor == factor * plain.floor);
      if (metric.traits().unbiased) CHECK(scaled.interval->low == factor * plain.interval->low);
      CHECK(scaled.p_value == plain.p_value);
      CHECK(scaled.ratio == plain.ratio);
    }
  });
}

TEST_CASE("two samples: sizes are equal on both sides and stated") {
  const Points samples = normal_points(2, 50, 1);
  for_each_member<Metric>([&](const auto& metric) {
    CAPTURE(metric.name);
    TwoSampleOptions options;
    options.repeats = 3;
    const auto result = two_sample(metric, samples, normal_points(2, 61, 2), options, 0);
    CHECK(result.metric == metric.name);
    CHECK(result.rows == 30);
    CHECK(result.sample_rows == 50);
    CHECK(result.reference_rows == 61);
    CHECK(two_sample(metric, samples, normal_points(2, 400, 2), options, 0).rows == 50);
    options.max_rows = 12;
    CHECK(two_sample(metric, samples, normal_points(2, 400, 2), options, 0).rows == 12);
    CHECK(result.repeats == (metric.traits().unbiased ? 1 : 3));
    const bool has_exact_law = std::is_same_v<std::decay_t<decltype(metric)>, C2stNetwork>;
    CHECK(result.permutations == (has_exact_law ? 0 : 199));
    CHECK(result.test_rows == std::min(result.rows, metric.traits().test_rows));
    CHECK(result.ratio.has_value() == !metric.traits().unbiased);
    CHECK(result.value_error.has_value() == !metric.traits().unbiased);
  });
}

TEST_CASE(
    "two samples: every metric gives the same bytes for 1, 2 and 3 threads, and others for another seed") {
  const Points samples = normal_points(3, 300, 1), reference = normal_points(3, 900, 2);
  for_each_member<Metric>([&](const auto& metric) {
    CAPTURE(metric.name);
    TwoSampleOptions options;
    options.max_rows = 200;
    options.permutations = 49;
    const auto result = two_sample(metric, samples, reference, options, 5);
    for (const int count : {2, 3}) {
      set_threads(count);
      CHECK(same(two_sample(metric, samples, reference, options, 5), result));
    }
    set_threads(1);
    CHECK_FALSE(same(two_sample(metric, samples, reference, options, 6), result));
  });
}

TEST_CASE("two samples: of one law, biased distances stand at their floor") {
  // 20 disjoint subsets of 100: value and floor are means of 20 independent distances of one law each. They
  // differ by more than 4.5 of their joint standard errors in 1 of 4 000 runs at 19 degrees of freedom or
  // more.
  TwoSampleOptions options;
  options.repeats = 20;
  options.max_rows = 100;
  const Points samples = normal_points(2, 2000, 1), reference = normal_points(2, 4000, 2);
  for (const Metric& metric : {Metric(W2{}), Metric(SlicedW2{})}) {
    const auto result = two_sample(metric, samples, reference, options, 0);
    const double error = std::hypot(*result.value_error, *result.floor_error);
    CHECK(std::abs(result.value - result.floor) <= 4.5 * error);
    CHECK(std::abs(*result.ratio - 1) <= 0.15);
    const auto shifted = two_sample(metric, samples.array() + 1, reference, options, 0);
    CHECK(shifted.value - shifted.floor >= 10 * error);
  }
}

TEST_CASE("two samples: p-values of one law are uniform") {
  // Kolmogorov and Smirnov over 200 comparisons against the uniform law on {1/100, ..., 1}: 1.95 / sqrt(200)
  // is exceeded in 1 of 1000 runs, 1/100 more for the steps.
  TwoSampleOptions options;
  options.permutations = 99;
  std::vector<double> p_values;
  for (std::uint64_t seed = 0; seed < 200; ++seed)
    p_values.push_back(*two_sample(Energy{}, normal_points(2, 40, 2 * seed),
                                   normal_points(2, 80, 2 * seed + 1), options, seed)
                            .p_value);
  std::sort(p_values.begin(), p_values.end());
  double largest = 0;
  for (std::size_t k = 0; k < p_values.size(); ++k)
    largest = std::max({largest, std::abs(static_cast<double>(k + 1) / 200 - p_values[k]),
                        std::abs(static_cast<double>(k) / 200 - p_values[k])});
  CHECK(largest <= 1.95 / std::sqrt(200.0) + 0.01);
}

TEST_CASE("two samples: energy finds a shift of a quarter deviation among 1000 points") {
  int found = 0;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    Points samples = normal_points(2, 1000, 2 * seed);
    samples.row(0).array() += 0.25;
    const auto result = two_sample(Energy{}, samples, normal_points(2, 2000, 2 * seed + 1), {}, seed);
    CHECK(result.rows == 1000);
    if (*result.p_value <= 0.01) ++found;
  }
  CHECK(found >= 19);
}

TEST_CASE("two samples: the floor of energy is passed by value exactly where p is at most a twentieth") {
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    Points samples = normal_points(1, 30, 2 * seed);
    samples.array() += 0.4;
    const auto result = two_sample(Energy{}, samples, normal_points(1, 60, 2 * seed + 1), {}, seed);
    CHECK((result.value > result.floor) == (*result.p_value <= 0.05));
  }
}

TEST_CASE("two samples: c2st-network has the value and the exact p of one network") {
  TwoSampleOptions options;
  options.repeats = 1;
  const Points samples = normal_points(2, 60, 1).array() + 1, reference = normal_points(2, 100, 2);
  const Points x = random_subset(samples, 50, Random{7, Purpose::subsets}.row(0)),
               y = random_subset(reference, 50, Random{7, Purpose::reference_subsets}.row(0));
  const HeldOutAccuracy of_network = network_accuracy(x, y, 8, 50, 7);
  const TwoSampleResult result = two_sample(C2stNetwork{8, 50}, samples, reference, options, 7);
  CHECK(result.value == of_network.accuracy());
  CHECK(result.p_value == chance_of(of_network));
}

TEST_CASE("two samples: clouds that are all one point differ by nothing") {
  const Points samples = Points::Ones(2, 9), reference = Points::Ones(2, 20);
  CHECK(*two_sample(Energy{}, samples, reference, {}, 0).p_value == 1);
  const auto result = two_sample(W2{}, samples, reference, {}, 0);
  CHECK(result.value == 0);
  CHECK_FALSE(result.ratio.has_value());
}

TEST_CASE("two samples: too few rows are errors that say so") {
  CHECK(two_sample_error(2, 4) == "none");
  CHECK(two_sample_error(1, 4) == "sample-size");
  CHECK(two_sample_error(2, 3) == "reference-size");
  TwoSampleOptions options;
  options.max_rows = 1;
  CHECK(two_sample_error(9, 9, options) == "max-rows");
}

TEST_CASE("two samples: options and metrics travel through JSON") {
  TwoSampleOptions options;
  options.repeats = 9;
  TwoSampleOptions read;
  from_json(to_json(options), read);
  CHECK(read.repeats == 9);
  for_each_member<Metric>([&](const auto& metric) {
    Metric back;
    from_json(to_json(Metric(metric)), back);
    CHECK(print_value(back) == print_value(Metric(metric)));
  });
}
