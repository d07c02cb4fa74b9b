#include "metrics/calibration.h"

#include <doctest/doctest.h>

#include <cmath>

#include "core/random.h"

using namespace fm;

namespace {

/// Log-densities, but for a constant, of points of N(0, spread^2 I) in three dimensions under N(0, I).
Vector log_densities(Index count, double spread, std::uint64_t seed) {
  Points x(3, count);
  fill_normal({seed, Purpose::test}, 0, x);
  return -spread * spread / 2 * x.colwise().squaredNorm().transpose();
}

}  // namespace

TEST_CASE("calibration: shares below quantiles, by hand") {
  const Vector draws = Vector::LinSpaced(20, 20, 1);  // quantiles 1, 5, 10, 15, 19
  Vector rows(4);
  rows << 0.5, 1, 4, 30;
  const Calibration found = calibrate(rows, draws, 0);
  CHECK(found.below == std::array{0.25, 0.75, 0.75, 0.75, 0.75});
  CHECK(found.rows == 4);
  CHECK(found.tested_draws == 20);
  CHECK(found.ks == doctest::Approx(0.75 - 0.2).epsilon(1e-15));  // behind the 4 that is a row and a draw
}

TEST_CASE("calibration: of one law, shares are the levels") {
  // The variance of a share is at most 1/4 (1/n + 1/m): 5 standard errors, a false alarm in 10^6 a level.
  const Index n = 20000;
  const Calibration found = calibrate(log_densities(n, 1, 1), log_densities(n, 1, 2), 3);
  for (std::size_t k = 0; k < calibration_levels.size(); ++k)
    CHECK(std::abs(found.below[k] - calibration_levels[k]) <= 5 * std::sqrt(0.5 / static_cast<double>(n)));
  CHECK(found.tested_rows == 4000);
  CHECK(found.p_value > 1e-4);
}

TEST_CASE("calibration: wide rows lie where the model hardly is, narrow ones where it is densest") {
  const Vector draws = log_densities(1000, 1, 2);
  const Calibration wide = calibrate(log_densities(500, 1.5, 1), draws, 3),
                    narrow = calibrate(log_densities(500, 0.7, 1), draws, 3);
  CHECK(wide.p_value < 1e-6);
  CHECK(narrow.p_value < 1e-6);
  for (std::size_t k = 0; k < calibration_levels.size(); ++k) {
    CHECK(wide.below[k] > calibration_levels[k]);
    CHECK(narrow.below[k] < calibration_levels[k]);
  }
}

TEST_CASE("calibration: p-values of one law are at most alpha as often as alpha says") {
  // 400 tests: a share of .05 has a standard error of .011, and 5 of them are a false alarm in 10^6.
  int small = 0;
  for (std::uint64_t seed = 0; seed < 400; ++seed)
    small +=
        calibrate(log_densities(50, 1, 2 * seed), log_densities(80, 1, 2 * seed + 1), seed).p_value <= 0.05;
  CHECK(small <= 0.105 * 400);
  CHECK(small >= 0.01 * 400);
}
