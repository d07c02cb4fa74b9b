#include "flow/coupling.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "core/error.h"
#include "core/numeric.h"
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

/// 0, 1, ..., rows - 1, 0, 1, ...
std::vector<Index> cyclic(Index count, Index rows) {
  std::vector<Index> turn = identity(count);
  for (Index& row : turn) row %= rows;
  return turn;
}

const Random draws{4, Purpose::test};

double least_cost_of_all_permutations(const Points& x0, const Points& x1) {
  std::vector<Index> order = identity(x0.cols());
  double least = std::numeric_limits<double>::infinity();
  do {
    least = std::min(least, cost(x0, x1, order));
  } while (std::next_permutation(order.begin(), order.end()));
  return least;
}

}  // namespace

TEST_CASE("coupling: every member gives each source point a row, the same for any number of threads") {
  for_each_member<Coupling>([](const auto& coupling) {
    CAPTURE(std::string(coupling.name));
    const Points target = normal_points(3, 300, 2);
    const Coupler coupler(coupling, {target}, NormalSource{}, 1);
    for (const Index count : {0, 1, 2, 255, 256, 257, 1000}) {
      CAPTURE(count);
      const Points x0 = normal_points(3, count, 1);
      const std::vector<Index> turn = cyclic(count, 300);
      const std::vector<Index> rows = coupler.rows(x0, turn, 5);
      CHECK(rows.size() == turn.size());
      for (const Index row : rows) REQUIRE((row >= 0 && row < 300));
      for (const int threads : {2, 3}) {
        const ThreadsFor scope(threads);
        CHECK(coupler.rows(x0, turn, 5) == rows);
        CHECK(Coupler(coupling, {target}, NormalSource{}, 1).rows(x0, turn, 5) == rows);
      }
    }
  });
}

TEST_CASE("coupling: every member but semidiscrete keeps to the rows whose turn it is, inside blocks") {
  for_each_member<Coupling>([](const auto& coupling) {
    if constexpr (!std::is_same_v<std::decay_t<decltype(coupling)>, Semidiscrete>) {
      CAPTURE(std::string(coupling.name));
      const Points x0 = normal_points(2, 600, 1), x1 = normal_points(2, 600, 2);
      const std::vector<Index> partner = couple(coupling, x0, x1, draws, 0);
      for (std::size_t n = 0; n < 600; ++n)
        if (!std::is_same_v<std::decay_t<decltype(coupling)>, Independent>)
          REQUIRE(partner[n] / 256 == static_cast<Index>(n) / 256);
    }
  });
}

TEST_CASE("coupling: independent, exact and greedy are permutations") {
  const auto check = [](const auto& coupling) {
    CAPTURE(std::string(coupling.name));
    std::vector<Index> partner =
        couple(coupling, normal_points(3, 600, 1), normal_points(3, 600, 2), draws, 0);
    std::sort(partner.begin(), partner.end());
    CHECK(partner == identity(600));
  };
  check(Independent{});
  check(Exact{});
  check(Greedy{});
}

TEST_CASE("coupling: partners drawn from a plan depend on the point's number, and on the seed") {
  const Points x0 = normal_points(2, 512, 1), target = normal_points(2, 512, 2);
  const Coupler coupler(Sinkhorn{}, {target}, NormalSource{}, 1);
  const std::vector<Index> turn = cyclic(512, 512);
  const std::vector<Index> all = coupler.rows(x0, turn, 0);
  const std::vector<Index> later = coupler.rows(x0.rightCols(256), {turn.begin() + 256, turn.end()}, 256);
  CHECK(std::equal(later.begin(), later.end(), all.begin() + 256));
  CHECK(Coupler(Sinkhorn{}, {target}, NormalSource{}, 2).rows(x0, turn, 0) != all);
}

TEST_CASE("coupling: sinkhorn's partners have the plan's mean cost, and keep the target's law") {
  // One block many times over: its plan is known, and so is the law of what is drawn.
  const Points x0 = normal_points(2, 40, 1), x1 = normal_points(2, 40, 2);
  const Sinkhorn coupling{{.reg = 0.1, .tolerance = 1e-8}, 40};
  const Plan plan = transport_plan(static_cast<const SinkhornTransport&>(coupling), x0, x1);
  constexpr int rounds = 500;
  Vector costs(rounds), counts = Vector::Zero(40);
  for (int round = 0; round < rounds; ++round) {
    const std::vector<Index> partner =
        couple(coupling, x0, x1, draws, static_cast<std::uint64_t>(40 * round));
    costs(round) = cost(x0, x1, partner) / 40;
    for (const Index j : partner) ++counts(j);
  }
  const Estimate mean = mean_estimate(costs);
  CHECK(std::abs(mean.value - plan_cost(plan, x0, x1)) < 4.5 * mean.standard_error);
  // Counts have at most the variance of a Poisson law of mean 500; 40 of them at 5 standard errors.
  CHECK((counts.array() / rounds - 1).abs().maxCoeff() < 5 / std::sqrt(rounds));
}

TEST_CASE("coupling: semidiscrete sends a source of points to the rows in equal shares") {
  const Points target = normal_points(2, 50, 2), cloud = 3 * normal_points(2, 200, 3);
  const Source source = PointSource(cloud, 0.1);
  const Coupler coupler(Semidiscrete{}, {target}, source, 1);
  Points x0(2, 20000);
  draw_source(source, {3, Purpose::test}, 0, x0);
  Vector counts = Vector::Zero(50);
  for (const Index row : coupler.rows(x0, cyclic(20000, 50), 0)) ++counts(row);
  CHECK((counts.array() / 400 - 1).abs().maxCoeff() < 0.5);
  CHECK(coupler.share_error().value() < 0.2);
}

TEST_CASE("coupling: a semidiscrete map that did not converge is an error") {
  const Points target = 5 * normal_points(2, 3000, 2);
  const Error error =
      error_of([&] { Coupler(Semidiscrete{.passes = 1, .tolerance = 0.05}, {target}, NormalSource{}, 1); });
  CHECK(error.id() == "semidiscrete-shares");
  CHECK(error.kind() == ErrorKind::numeric);
}

TEST_CASE("coupling: independent leaves the pairs as they are") {
  CHECK(couple(Independent{}, normal_points(2, 10, 1), normal_points(2, 10, 2), draws, 0) == identity(10));
}

TEST_CASE("coupling: exact is the cheapest of all permutations") {
  for (Index count = 1; count <= 7; ++count)
    for (std::uint64_t seed = 0; seed < 5; ++seed) {
      CAPTURE(count);
      CAPTURE(seed);
      const Points x0 = normal_points(2, count, seed), x1 = normal_points(2, count, seed + 100);
      const double least = least_cost_of_all_permutations(x0, x1);
      CHECK(cost(x0, x1, couple(Exact{}, x0, x1, draws, 0)) == doctest::Approx(least).epsilon(1e-14));
    }
}

TEST_CASE("coupling: exact in one dimension sorts") {
  const Points x0 = normal_points(1, 200, 1), x1 = normal_points(1, 200, 2);
  const std::vector<Index> partner = couple(Exact{}, x0, x1, draws, 0);
  for (Index i = 0; i < 200; ++i)
    for (Index j = 0; j < 200; ++j)
      if (x0(0, i) < x0(0, j))
        REQUIRE(x1(0, partner[static_cast<std::size_t>(i)]) < x1(0, partner[static_cast<std::size_t>(j)]));
}

TEST_CASE("coupling: exact stays inside its blocks and is the cheapest in each") {
  const Points x0 = normal_points(2, 17, 1), x1 = normal_points(2, 17, 2);
  const std::vector<Index> partner = couple(Exact{{}, 5}, x0, x1, draws, 0);
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
  CHECK(couple(Exact{{}, 1}, x0, x1, draws, 0) == identity(17));
}
