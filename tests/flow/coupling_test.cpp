#include "flow/coupling.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <limits>
#include <numeric>

#include "core/value.h"
#include "support/points.h"

using namespace fm;

namespace {

double cost(const Points& x0, const Points& x1, const std::vector<Index>& partner) {
  double sum = 0;
  for (Index n = 0; n < x0.cols(); ++n)
    sum += (x0.col(n) - x1.col(partner[static_cast<std::size_t>(n)])).squaredNorm();
  return sum;
}

std::vector<Index> identity(Index count) {
  std::vector<Index> order(static_cast<std::size_t>(count));
  std::iota(order.begin(), order.end(), Index{0});
  return order;
}

double least_cost_of_all_permutations(const Points& x0, const Points& x1) {
  std::vector<Index> order = identity(x0.cols());
  double least = std::numeric_limits<double>::infinity();
  do {
    least = std::min(least, cost(x0, x1, order));
  } while (std::next_permutation(order.begin(), order.end()));
  return least;
}

}  // namespace

TEST_CASE("coupling: every member returns a permutation, the same for any number of threads") {
  for_each_member<Coupling>([](const auto& coupling) {
    CAPTURE(std::string(coupling.name));
    for (const Index count : {0, 1, 2, 255, 256, 257, 1000}) {
      CAPTURE(count);
      const Points x0 = normal_points(3, count, 1), x1 = normal_points(3, count, 2);
      const std::vector<Index> partner = couple(coupling, x0, x1);
      std::vector<Index> sorted = partner;
      std::sort(sorted.begin(), sorted.end());
      CHECK(sorted == identity(count));
      for (const int threads : {2, 3}) {
        const ThreadsFor scope(threads);
        CHECK(couple(coupling, x0, x1) == partner);
      }
    }
  });
}

TEST_CASE("coupling: independent leaves the pairs as they are") {
  CHECK(couple(Independent{}, normal_points(2, 10, 1), normal_points(2, 10, 2)) == identity(10));
}

TEST_CASE("coupling: exact is the cheapest of all permutations") {
  for (Index count = 1; count <= 7; ++count)
    for (std::uint64_t seed = 0; seed < 5; ++seed) {
      CAPTURE(count);
      CAPTURE(seed);
      const Points x0 = normal_points(2, count, seed), x1 = normal_points(2, count, seed + 100);
      const double least = least_cost_of_all_permutations(x0, x1);
      CHECK(cost(x0, x1, couple(Exact{}, x0, x1)) == doctest::Approx(least).epsilon(1e-14));
    }
}

TEST_CASE("coupling: exact in one dimension sorts") {
  const Points x0 = normal_points(1, 200, 1), x1 = normal_points(1, 200, 2);
  const std::vector<Index> partner = couple(Exact{}, x0, x1);
  for (Index i = 0; i < 200; ++i)
    for (Index j = 0; j < 200; ++j)
      if (x0(0, i) < x0(0, j))
        REQUIRE(x1(0, partner[static_cast<std::size_t>(i)]) < x1(0, partner[static_cast<std::size_t>(j)]));
}

TEST_CASE("coupling: exact stays inside its blocks and is the cheapest in each") {
  const Points x0 = normal_points(2, 17, 1), x1 = normal_points(2, 17, 2);
  const std::vector<Index> partner = couple(Exact{.batch = 5}, x0, x1);
  for (Index begin = 0; begin < 17; begin += 5) {
    const Index size = std::min<Index>(5, 17 - begin);
    std::vector<Index> block;
    for (Index n = begin; n < begin + size; ++n) {
      block.push_back(partner[static_cast<std::size_t>(n)] - begin);
      REQUIRE(block.back() >= 0);
      REQUIRE(block.back() < size);
    }
    const Points b0 = x0.middleCols(begin, size), b1 = x1.middleCols(begin, size);
    CHECK(cost(b0, b1, block) == doctest::Approx(least_cost_of_all_permutations(b0, b1)).epsilon(1e-14));
  }
  CHECK(couple(Exact{.batch = 1}, x0, x1) == identity(17));
}
