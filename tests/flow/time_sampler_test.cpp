#include "flow/time_sampler.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <string>
#include <vector>

#include "core/value.h"

using namespace fm;

namespace {

using std::numbers::pi;

/// Every member as it is made, and others with parameters that are not the defaults.
std::vector<TimeSampler> samplers() {
  std::vector<TimeSampler> all;
  for_each_member<TimeSampler>([&](const auto& member) { all.emplace_back(member); });
  for (const auto& [mean, std] : {std::pair{1.0, 0.5}, {-2.0, 2.0}})
    all.emplace_back(LogitNormalTimes{mean, std});
  for (const double scale : {-1.0, -0.5, 0.0, 1.7}) all.emplace_back(ModeTimes{scale});
  for (const double exponent : {0.5, 1.0, 3.0}) all.emplace_back(PowerTimes{exponent});
  for (const double a : {0.01, 1.0, 20.0}) all.emplace_back(UShapedTimes{a});
  return all;
}

Vector drawn(const TimeSampler& sampler, Index count, std::uint64_t row = 0) {
  Vector t(count);
  draw_times(sampler, Draws(5, Purpose::test, row), t);
  return t;
}

/// Integral of f over (0, 1) up to each of `intervals` equal parts of an angle, t = (1 - cos(angle)) / 2: the
/// midpoint rule in the angle, which integrates densities that grow like 1 / sqrt(t) at the ends, too.
template <class F>
std::vector<std::pair<double, double>> cumulative(const F& f, int intervals = 20000) {
  std::vector<std::pair<double, double>> values = {{0, 0}};  // (t, integral from 0 to t)
  double sum = 0;
  for (int k = 0; k < intervals; ++k) {
    const double angle = pi * (k + 0.5) / intervals, right = pi * (k + 1) / intervals;
    sum += f((1 - std::cos(angle)) / 2) * std::sin(angle) / 2 * pi / intervals;
    values.emplace_back((1 - std::cos(right)) / 2, sum);
  }
  return values;
}

}  // namespace

TEST_CASE("time sampler: densities integrate to 1") {
  for (const TimeSampler& sampler : samplers()) {
    CAPTURE(print_value(sampler));
    const auto integral = cumulative([&](double t) { return time_density(sampler, t); });
    // The midpoint rule errs by the steps' square, 2.5e-8, times a second derivative; that of mode's steepest
    // density here, 34 high and 0.01 wide, is the largest.
    CHECK(std::abs(integral.back().second - 1) < 2e-3);
  }
}

TEST_CASE("time sampler: draws follow the density (Kolmogorov and Smirnov)") {
  constexpr Index count = 20000;
  for (const TimeSampler& sampler : samplers()) {
    CAPTURE(print_value(sampler));
    const Vector t = drawn(sampler, count);
    CHECK(t.minCoeff() > 0);
    CHECK(t.maxCoeff() < 1);
    std::vector<double> sorted(t.begin(), t.end());
    std::sort(sorted.begin(), sorted.end());
    double distance = 0;
    for (const auto& [time, share] : cumulative([&](double s) { return time_density(sampler, s); })) {
      const auto below = std::upper_bound(sorted.begin(), sorted.end(), time) - sorted.begin();
      distance = std::max(distance, std::abs(static_cast<double>(below) / count - share));
    }
    // Massart's bound: P(D > d) <= 2 exp(-2 n d^2) is 1e-4 at d = 0.01574; the integral's error comes on top.
    CHECK(distance < 0.01574 + 0.002);
  }
}

TEST_CASE("time sampler: stratified has one time in each part and is what training always drew") {
  const Vector t = drawn(StratifiedTimes{}, 256);
  Draws draws(5, Purpose::test, 0);
  for (Index n = 0; n < 256; ++n) {
    CHECK(std::floor(t(n) * 256) == n);
    CHECK(t(n) == (static_cast<double>(n) + draws.uniform()) / 256);
  }
}

TEST_CASE("time sampler: formulas are those of Esser et al. with t = 1 for noise") {
  // Their draws from the same numbers u, mirrored; and the density of their eq. 19 at 1 - t with their mean.
  const Vector u = drawn(UniformTimes{}, 1000);
  const Vector mode = drawn(ModeTimes{0.8}, 1000);
  for (Index n = 0; n < 1000; ++n) {
    const double theirs = 1 - u(n) - 0.8 * (std::pow(std::cos(pi / 2 * u(n)), 2) - 1 + u(n));
    CHECK(std::abs(mode(n) - (1 - theirs)) < 1e-15);
  }
  for (const double t : {0.01, 0.3, 0.5, 0.9}) {
    const double s = 1 - t, logit = std::log(s / (1 - s)), m = -0.7, std = 1.3;
    const double theirs = 1 / (std * std::sqrt(2 * pi)) / (s * (1 - s)) *
                          std::exp(-(logit - m) * (logit - m) / (2 * std * std));
    CHECK(time_density(LogitNormalTimes{0.7, std}, t) == doctest::Approx(theirs).epsilon(1e-13));
    CHECK(time_density(CosMapTimes{}, t) ==
          doctest::Approx(2 / (pi - 2 * pi * s + 2 * pi * s * s)).epsilon(1e-13));
  }
}

TEST_CASE("time weight: the inverse density makes every sampler's mean a uniform one") {
  // Smooth functions of t with means 1/3 and 2/pi; the mean of 1e5 weighted draws, with its own standard
  // error.
  constexpr Index count = 100000;
  for (const TimeSampler& sampler :
       {TimeSampler(LogitNormalTimes{0, 1.5}), TimeSampler(ModeTimes{}), TimeSampler(CosMapTimes{}),
        TimeSampler(PowerTimes{2}), TimeSampler(UShapedTimes{}), TimeSampler(StratifiedTimes{})}) {
    CAPTURE(print_value(sampler));
    const Vector t = drawn(sampler, count);
    const auto check = [&](auto f, double mean) {
      double sum = 0, square = 0;
      for (const double s : t) {
        const double value = time_weight(InverseDensity{}, sampler, s) * f(s);
        sum += value / count;
        square += value * value / count;
      }
      // Four standard errors: a false alarm in 16,000.
      CHECK(std::abs(sum - mean) < 4 * std::sqrt((square - sum * sum) / count));
    };
    check([](double s) { return s * s; }, 1.0 / 3);
    check([](double s) { return std::sin(pi * s); }, 2 / pi);
  }
}

TEST_CASE("time weight: none is 1, noise is the power of 1 - t") {
  for (const double t : {0.1, 0.5, 0.99}) {
    CHECK(time_weight(NoWeight{}, PowerTimes{}, t) == 1);
    CHECK(time_weight(NoiseWeight{2}, UniformTimes{}, t) ==
          doctest::Approx((1 - t) * (1 - t)).epsilon(1e-15));
  }
}
