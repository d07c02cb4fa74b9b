#include "nn/activation.h"

#include <doctest/doctest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include "nn/nn_support.h"

using namespace fm;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

/// Floats of every exponent and both signs: each `stride`-th bit pattern that is not NaN, and the ends.
std::vector<float> floats_of_all_sizes(std::uint32_t stride) {
  std::vector<float> x{0.0f,
                       -0.0f,
                       std::numeric_limits<float>::infinity(),
                       -std::numeric_limits<float>::infinity(),
                       std::numeric_limits<float>::max(),
                       std::numeric_limits<float>::lowest()};
  for (std::uint64_t bits = 0; bits < (std::uint64_t{1} << 32); bits += stride) {
    const auto value = std::bit_cast<float>(static_cast<std::uint32_t>(bits));
    if (!std::isnan(value)) x.push_back(value);
  }
  x.resize((x.size() + 63) / 64 * 64);
  return x;
}

struct Run {
  std::vector<float> value, slope;
  Run(Activation activation, const std::vector<float>& x) : value(x.size()), slope(x.size()) {
    kernels<float>().activate(activation, static_cast<Index>(x.size()), x.data(), value.data(), slope.data());
  }
};

}  // namespace

TEST_CASE("activation: values are those of PyTorch") {
  // PyTorch 2.13: getattr(torch.nn.functional, name)(torch.tensor([-2, -.25, .5, 3], dtype=torch.float64))
  const double x[4] = {-2, -0.25, 0.5, 3};
  const double expected[5][4] = {
      {-0.2384058440442351, -0.10945587477855048, 0.3112296656009273, 2.8577223804672998},
      {-1.5201664685956948, -0.388890197478119, 0.5253504936777402, 3.1521029620664414},
      {-0.04550026389635842, -0.10032341857926907, 0.34573123063700656, 2.99595030590511},
      {-0.9640275800758169, -0.24491866240370913, 0.46211715726000974, 0.9950547536867305},
      {0, 0, 0.5, 3}};
  int row = 0;
  for (const auto& [activation, name] : enum_names(Activation{})) {
    CAPTURE(std::string(name));
    for (int i = 0; i < 4; ++i)
      CHECK(activation_value(activation, x[i]) == doctest::Approx(expected[row][i]).epsilon(1e-14));
    ++row;
  }
}

TEST_CASE("activation: the slope is the derivative of the value") {
  for (const auto& entry : enum_names(Activation{})) {
    CAPTURE(std::string(entry.second));
    for (double x = -8.03; x < 8; x += 0.1) {  // the kinks at 0 lie between
      const double step = 1e-5, difference = (activation_value(entry.first, x + step) -
                                              activation_value(entry.first, x - step)) /
                                             (2 * step);
      CHECK(activation_slope(entry.first, x) == doctest::Approx(difference).epsilon(1e-9));
    }
  }
}

TEST_CASE("activation: infinities give the limits and NaN gives NaN") {
  for (const auto& entry : enum_names(Activation{})) {
    CAPTURE(std::string(entry.second));
    for (const double side : {-1.0, 1.0}) {
      CHECK(activation_slope(entry.first, side * infinity) == activation_slope(entry.first, side * 1e5));
      if (side < 0 || entry.first == Activation::tanh)
        CHECK(activation_value(entry.first, side * infinity) == activation_value(entry.first, side * 1e5));
      else
        CHECK(activation_value(entry.first, infinity) == infinity);
    }
    CHECK(std::isnan(activation_value(entry.first, NAN)));
    CHECK(std::isnan(activation_slope(entry.first, NAN)));
  }
}

TEST_CASE("activation: the kernels are accurate at floats of every size") {
  const std::vector<float> x = floats_of_all_sizes(16001);
  for_each_instruction_set([&] {
    for (const auto& entry : enum_names(Activation{})) {
      CAPTURE(std::string(entry.second));
      const Run run(entry.first, x);
      for (std::size_t i = 0; i < x.size(); ++i) {
        CAPTURE(x[i]);
        const double value = activation_value(entry.first, x[i]), slope = activation_slope(entry.first, x[i]);
        if (std::abs(value) > std::numeric_limits<float>::max())  // selu grows faster than x
          REQUIRE(run.value[i] == std::copysign(infinity, value));
        else
          REQUIRE(std::abs(run.value[i] - value) <= 4e-7 * (1 + std::abs(value)));
        REQUIRE(std::abs(run.slope[i] - slope) <= 1e-6);
      }
    }
  });
}

TEST_CASE("activation: the kernels pass NaN on, in value and slope") {
  std::vector<float> x(64, 1.0f);
  x[5] = x[40] = std::numeric_limits<float>::quiet_NaN();
  for_each_instruction_set([&] {
    for (const auto& entry : enum_names(Activation{})) {
      CAPTURE(std::string(entry.second));
      const Run run(entry.first, x);
      for (std::size_t i = 0; i < x.size(); ++i) {
        CHECK(std::isnan(run.value[i]) == (i == 5 || i == 40));
        CHECK(std::isnan(run.slope[i]) == (i == 5 || i == 40));
      }
    }
  });
}

TEST_CASE("activation: the exponential is within 2 units in the last place, also minus one") {
  // The slope of selu below 0 is lambda alpha exp(x) and its value lambda alpha (exp(x) - 1): one rounding of
  // the constant and one of the product, half a unit each, come on top.
  std::vector<float> x;
  for (std::uint32_t bits = std::bit_cast<std::uint32_t>(-0x1p-30f);
       bits < std::bit_cast<std::uint32_t>(-87.0f); bits += 1009)
    x.push_back(std::bit_cast<float>(bits));
  x.resize((x.size() + 63) / 64 * 64, -1.0f);
  for_each_instruction_set([&] {
    const Run run(Activation::selu, x);
    double worst = 0, worst_minus_one = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
      const double exact = activation_slope(Activation::selu, x[i]),
                   shifted = activation_value(Activation::selu, x[i]);
      worst = std::max(worst, std::abs(run.slope[i] - exact) / exact);
      worst_minus_one = std::max(worst_minus_one, std::abs((run.value[i] - shifted) / shifted));
    }
    CHECK(worst <= 3 * 0x1p-23);
    CHECK(worst_minus_one <= 3 * 0x1p-23);
  });
}
