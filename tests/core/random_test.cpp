#include "core/random.h"

#include <Random123/philox.h>
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <vector>

using namespace fm;

TEST_CASE("random: draws are the words of Philox4x64-10 at (row, block) under (seed, purpose)") {
  Draws draws(7, Purpose::test, 42);
  for (std::uint64_t block = 0; block < 3; ++block) {
    const r123::Philox4x64::ctr_type counter = {{42, block, 0, 0}};
    const r123::Philox4x64::key_type key = {{7, static_cast<std::uint64_t>(Purpose::test)}};
    for (const std::uint64_t word : r123::Philox4x64{}(counter, key)) CHECK(draws.bits() == word);
  }
}

TEST_CASE("random: the generator gives the known answers of Random123's kat_vectors") {
  // Random123 1.14, tests/kat_vectors: philox4x64 10 rounds, counter and key all zero.
  const auto words = r123::Philox4x64{}({{0, 0, 0, 0}}, {{0, 0}});
  CHECK(words[0] == 0x16554d9eca36314cULL);
  CHECK(words[1] == 0xdb20fe9d672d0fdcULL);
  CHECK(words[2] == 0xd7e772cee186176bULL);
  CHECK(words[3] == 0x7e68b68aec7ba23bULL);
}

TEST_CASE("random: uniforms lie inside (0, 1) and fill 100 cells evenly") {
  // Chi-square with 99 degrees of freedom: P(> 170) < 1e-5.
  constexpr int n = 100000, cells = 100;
  std::vector<int> counts(cells);
  for (int i = 0; i < n; ++i) {
    const double u = Draws(1, Purpose::test, static_cast<std::uint64_t>(i)).uniform();
    REQUIRE(u > 0);
    REQUIRE(u < 1);
    ++counts[static_cast<std::size_t>(u * cells)];
  }
  double chi_square = 0;
  for (const int count : counts)
    chi_square += std::pow(count - n / cells, 2) / (static_cast<double>(n) / cells);
  CHECK(chi_square < 170);
}

TEST_CASE("random: normals have mean 0, variance 1, kurtosis 3 and uncorrelated neighbours") {
  constexpr int n = 200000;
  double sum = 0, square = 0, fourth = 0, neighbour = 0;
  for (int i = 0; i < n / 2; ++i) {
    Draws draws(2, Purpose::test, static_cast<std::uint64_t>(i));
    const double a = draws.normal(), b = draws.normal();
    sum += a + b;
    square += a * a + b * b;
    fourth += std::pow(a, 4) + std::pow(b, 4);
    neighbour += a * b;
  }
  // Five standard errors each: var(z) = 1, var(z^2) = 2, var(z^4) = 96, var(ab) = 1.
  CHECK(std::abs(sum / n) < 5 / std::sqrt(n));
  CHECK(std::abs(square / n - 1) < 5 * std::sqrt(2.0 / n));
  CHECK(std::abs(fourth / n - 3) < 5 * std::sqrt(96.0 / n));
  CHECK(std::abs(neighbour / (n / 2)) < 5 / std::sqrt(n / 2));
}

TEST_CASE("random: below(n) is uniform over {0, ..., n-1}") {
  constexpr int n = 60000;
  std::vector<int> counts(6);
  Draws draws(3, Purpose::test, 0);
  for (int i = 0; i < n; ++i) ++counts.at(draws.below(6));
  double chi_square = 0;
  for (const int count : counts) chi_square += std::pow(count - n / 6, 2) / (n / 6.0);
  CHECK(chi_square < 31);  // 5 degrees of freedom: P(> 31) < 1e-5
}

TEST_CASE("random: a row's numbers do not depend on the block it is drawn in") {
  const Random random{9, Purpose::source};
  Points whole(3, 10), part(3, 4);
  fill_normal(random, 100, whole);
  fill_normal(random, 105, part);
  CHECK(whole.middleCols(5, 4) == part);
}

TEST_CASE("random: purposes and seeds do not share numbers") {
  std::set<std::uint64_t> seen;
  for (std::uint64_t seed = 0; seed < 10; ++seed)
    for (const Purpose purpose : {Purpose::source, Purpose::batch, Purpose::test})
      seen.insert(Draws(seed, purpose, 0).bits());
  CHECK(seen.size() == 30);
}

TEST_CASE("random: random_permutation holds every index once and puts each at each place equally often") {
  constexpr int size = 5, n = 20000;
  std::vector<std::vector<int>> counts(size, std::vector<int>(size));
  for (std::uint64_t i = 0; i < n; ++i) {
    std::vector<Index> order = random_permutation(Draws(4, Purpose::test, i), size);
    for (std::size_t k = 0; k < size; ++k) ++counts[k][static_cast<std::size_t>(order[k])];
    std::sort(order.begin(), order.end());
    for (Index k = 0; k < size; ++k) REQUIRE(order[static_cast<std::size_t>(k)] == k);
  }
  double chi_square = 0;
  for (const auto& row : counts)
    for (const int count : row) chi_square += std::pow(count - n / size, 2) / (n / size);
  CHECK(chi_square < 52);  // 16 degrees of freedom: P(> 52) < 1e-5
}
