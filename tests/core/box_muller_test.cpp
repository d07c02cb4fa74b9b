#include "core/box_muller.h"

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <cstring>
#include <numbers>
#include <vector>

#include "core/instruction_set.h"
#include "core/random.h"

using namespace fm;

namespace {

/// The number in (0, 1) that a word stands for, in more digits.
long double uniform(std::uint64_t word) {
  return (static_cast<long double>(word >> 12) + 0.5L) * 0x1p-52L;
}

/// Words at random, and those next to both ends of (0, 1), to 1/sqrt 2 where the logarithm changes its
/// exponent, and to all multiples of an eighth of a turn.
std::vector<std::uint64_t> words() {
  std::vector<std::uint64_t> result;
  const auto add_around = [&](std::uint64_t word) {
    for (const std::uint64_t step : {0, 1, 2, 1000}) {
      result.push_back(word + (step << 12));
      result.push_back(word - (step << 12));
    }
  };
  add_around(0);
  for (std::uint64_t eighth = 1; eighth < 8; ++eighth) add_around(eighth << 61);
  add_around(0xb504f333f9de6484);
  add_around(0xb504f333f9de6484 >> 1);
  Draws draws(3, Purpose::test, 0);
  while (result.size() < 100000) result.push_back(draws.bits() >> draws.below(40));
  return result;
}

}  // namespace

TEST_CASE("box muller: the pairs are r cos and r sin of the uniforms to 1e-15 of r") {
  const std::vector<std::uint64_t> u = words(), v(u.rbegin(), u.rend());
  std::vector<double> first(u.size()), second(u.size());
  box_muller(static_cast<std::int64_t>(u.size()), u.data(), v.data(), first.data(), second.data());
  long double worst = 0, least = 1, most = 0;
  for (std::size_t k = 0; k < u.size(); ++k) {
    const long double radius = std::sqrt(-2 * std::log(uniform(u[k])));
    const long double angle = 2 * std::numbers::pi_v<long double> * uniform(v[k]);
    worst = std::max({worst, std::abs(first[k] - radius * std::cos(angle)) / radius,
                      std::abs(second[k] - radius * std::sin(angle)) / radius});
    least = std::min(least, radius);
    most = std::max(most, radius);
  }
  CHECK(worst < 1e-15L);
  CHECK(worst > 0);
  CHECK(least < 2e-8L);  // both ends were among them
  CHECK(most > 8.5L);
}

TEST_CASE("box muller: every instruction set gives the same bits") {
  const std::vector<std::uint64_t> u = words(), v(u.rbegin(), u.rend());
  const auto count = static_cast<std::int64_t>(u.size());
  std::vector<std::array<std::vector<double>, 2>> results;
  for (const InstructionSet set : available_instruction_sets()) {
    auto& [first, second] = results.emplace_back();
    first.resize(u.size());
    second.resize(u.size());
    compiled_for(set, box_muller_portable, box_muller_avx2, box_muller_avx512)(count, u.data(), v.data(),
                                                                               first.data(), second.data());
  }
  for (const auto& result : results)
    for (const std::size_t part : {0, 1})
      CHECK(std::memcmp(result[part].data(), results[0][part].data(), u.size() * sizeof(double)) == 0);
}

TEST_CASE("box muller: a filled matrix holds the draws of each of its rows") {
  for (const Index dim : {1, 2, 3, 4, 7, 300}) {
    const Random random{5, Purpose::test};
    Points x(dim, 131);
    fill_normal(random, 17, x);
    bool same = true;
    for (Index n = 0; n < x.cols(); ++n) {
      Draws draws = random.row(17 + static_cast<std::uint64_t>(n));
      for (Index d = 0; d < dim; ++d) same = same && x(d, n) == draws.normal();
    }
    CHECK_MESSAGE(same, "dimension ", dim);
  }
}
