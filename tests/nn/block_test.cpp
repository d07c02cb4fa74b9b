#include "nn/block.h"

#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>
#include <numbers>

#include "nn/nn_support.h"
#include "nn/time_features.h"

using namespace fm;

TEST_CASE("block: points go in and come back, the rest of the block is zero") {
  const Points x = Points::Random(3, 11).cast<float>().cast<double>();
  auto block = random_block<float>(5, 1);
  load_points(x, block, 1);
  for (Index d = 0; d < 3; ++d)
    for (Index n = 0; n < block_points; ++n) CHECK(block(d + 1, n) == (n < 11 ? float(x(d, n)) : 0.0f));
  CHECK(same_bits(block(0, 5), random_block<float>(5, 1)(0, 5)));
  CHECK(same_bits(block(4, 5), random_block<float>(5, 1)(4, 5)));
  Points back(3, 11);
  store_points(block, back, 1);
  CHECK(back == x);
}

TEST_CASE("block: rows lie on cache lines") {
  const Block<float> in_float(3);
  const Block<double> in_double(3);
  for (Index f = 0; f < 3; ++f) {
    CHECK(reinterpret_cast<std::uintptr_t>(in_float.row(f)) % cache_line == 0);
    CHECK(reinterpret_cast<std::uintptr_t>(in_double.row(f)) % cache_line == 0);
  }
}

TEST_CASE("time features: every member fills its rows and no other, and tells times in [0, 1] apart") {
  Vector t(9);
  for (Index n = 0; n < t.size(); ++n) t[n] = double(n) / 8;
  for_each_member<TimeFeatures>([&](const auto& member) {
    CAPTURE(member.name);
    const Index count = time_feature_count(member);
    const auto before = random_block<float>(count + 2, 1);
    auto block = before;
    load_time_features(member, t, block, 1);
    for (Index n = 0; n < block_points; ++n) {
      CHECK(block(0, n) == before(0, n));
      CHECK(block(count + 1, n) == before(count + 1, n));
      for (Index r = 1; r <= count; ++r)
        if (n >= t.size()) CHECK(block(r, n) == 0);
    }
    for (Index a = 0; a < t.size(); ++a)
      for (Index b = 0; b < a; ++b) {
        double distance = 0;
        for (Index r = 1; r <= count; ++r) distance += std::abs(block(r, a) - block(r, b));
        CHECK(distance > 0.1);
      }
  });
}

TEST_CASE("time features: raw is t, fourier is sine and cosine of 2^k pi t") {
  Vector t(2);
  t << 0.3, 0.75;
  Block<double> block(6);
  load_time_features(RawTime{}, t, block, 0);
  CHECK(block(0, 0) == 0.3);
  CHECK(time_feature_count(FourierTime{.frequencies = 3}) == 6);
  load_time_features(FourierTime{.frequencies = 3}, t, block, 0);
  for (Index n = 0; n < 2; ++n)
    for (int k = 0; k < 3; ++k) {
      CHECK(block(2 * k, n) == doctest::Approx(std::sin(std::pow(2.0, k) * std::numbers::pi * t[n])));
      CHECK(block(2 * k + 1, n) == doctest::Approx(std::cos(std::pow(2.0, k) * std::numbers::pi * t[n])));
    }
}
