// Comparisons of thinned tables: p-values keep their meaning.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "core/random.h"
#include "data/thinning.h"
#include "metrics/two_sample.h"

using namespace fm;

TEST_CASE("thinning: p-values are uniform where weighted rows stand for the law of the reference") {
  // Uniform rows u of weight u stand for the law of density 2 u, of which sqrt(uniform) are plain draws.
  const int runs = 200;
  TwoSampleOptions options;
  options.permutations = 199;
  std::vector<double> p_values;
  for (int run = 0; run < runs; ++run) {
    Draws draws(1, Purpose::test, static_cast<std::uint64_t>(run));
    Points rows(1, 120), reference(1, 120);
    for (double& u : rows.reshaped()) u = draws.uniform();
    for (double& u : reference.reshaped()) u = std::sqrt(draws.uniform());
    const Points samples =
        rows(Eigen::all, thinned_rows(rows.row(0).transpose(), static_cast<std::uint64_t>(run), 0));
    p_values.push_back(
        *two_sample(Energy{}, samples, reference, options, static_cast<std::uint64_t>(run)).p_value);
  }
  std::sort(p_values.begin(), p_values.end());
  double largest = 0;
  for (std::size_t k = 0; k < p_values.size(); ++k)
    largest = std::max({largest, std::abs(static_cast<double>(k + 1) / runs - p_values[k]),
                        std::abs(static_cast<double>(k) / runs - p_values[k])});
  // Kolmogorov: exceeded with chance 2 exp(-2 n d^2) = 1e-4; and p-values lie on a grid of 1/200.
  CHECK(largest < std::sqrt(std::log(2e4) / (2.0 * runs)) + 1.0 / 200);
}
