#include "metrics/memorisation.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "core/random.h"
#include "metrics/neighbours.h"
#include "support/points.h"

using namespace fm;

TEST_CASE("memorisation: by hand on a line") {
  Points samples(1, 5), training(1, 2), held_out(1, 2);
  samples << 0, 1.9, 4.9, 3, 9;
  training << 0, 5;
  held_out << 2, 7;
  // Distances to training 0, 1.9, 0.1, 2, 4 and to held-out rows 2, 0.1, 2.1, 1, 2.
  const Memorisation result = memorisation(samples, training, held_out, 100, 99, 0);
  CHECK(result.value == doctest::Approx(2.0 / 5));
  CHECK(result.ratio == doctest::Approx(2));
  CHECK(result.copies == doctest::Approx(1.0 / 5));
  CHECK(result.copies_floor == 0);
  CHECK(result.low < 0.4);
  CHECK(result.high > 0.4);
  Points middle(1, 2);
  middle << 1, 6;
  CHECK(memorisation(middle, training, held_out, 100, 99, 0).value == 0.5);
}

TEST_CASE("memorisation: p is uniform for samples that know both sides alike, and small for noisy copies") {
  // Kolmogorov and Smirnov over 200 tests: 1.95 / sqrt(200) is exceeded in 1 of 1000 runs, 1/100 more for
  // steps.
  std::vector<double> p_values;
  for (std::uint64_t seed = 0; seed < 200; ++seed)
    p_values.push_back(memorisation(normal_points(2, 300, 3 * seed), normal_points(2, 100, 3 * seed + 1),
                                    normal_points(2, 100, 3 * seed + 2), 1000, 99, seed)
                           .p_value);
  std::sort(p_values.begin(), p_values.end());
  double largest = 0;
  for (std::size_t k = 0; k < p_values.size(); ++k)
    largest = std::max({largest, std::abs(static_cast<double>(k + 1) / 200 - p_values[k]),
                        std::abs(static_cast<double>(k) / 200 - p_values[k])});
  CHECK(largest <= 1.95 / std::sqrt(200.0) + 0.01);

  const Points training = normal_points(2, 200, 1);
  const Points copies = training + 0.02 * normal_points(2, 200, 2);
  const Memorisation result = memorisation(copies, training, normal_points(2, 300, 3), 1000, 99, 0);
  CHECK(result.value > 0.7);
  CHECK(result.p_value == 0.01);
  CHECK(result.copies == 0);
  CHECK(memorisation(training, training, normal_points(2, 300, 3), 1000, 99, 0).copies == 1);
}

TEST_CASE("memorisation: copies are sought among all training rows, and are those at distance 0") {
  // Halves from -1 to 1 in the plane, -0 among them: 25 places, of which training rows have some.
  const auto grid = [](Index count, std::uint64_t seed) -> Points {
    return (normal_points(2, count, seed).array() * 2).round().max(-2).min(2) / 2;
  };
  const Points samples = grid(60, 1), training = grid(12, 2), held_out = grid(40, 3);
  const auto at_zero = [&](PointsIn x) {
    return static_cast<double>((nearest_points(x, training).distance.array() == 0).count()) /
           static_cast<double>(x.cols());
  };
  CHECK(at_zero(samples) > 0);
  CHECK(at_zero(samples) < 1);
  CHECK(share_equal(samples, training) == at_zero(samples));
  CHECK(share_equal(held_out, training) == at_zero(held_out));
  const Memorisation result = memorisation(samples, training, held_out, 100, 99, 0);
  CHECK(result.copies == at_zero(samples));
  Points copied(2, 2);
  copied << training.col(0), training.col(11);
  CHECK(memorisation(copied, training, held_out, 2, 99, 0).copies == 1);  // whichever two rows are compared
}
