#include "ot/priced_blocks.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "clouds.h"

using namespace fm;

namespace {

struct Found {
  double reduced;
  Index column;
  bool operator<(const Found& other) const {
    return std::pair(reduced, column) < std::pair(other.reduced, other.column);
  }
};

/// The `count` cheapest columns by all costs.
std::vector<Found> by_all_costs(const PricedBlocks& blocks, const double* x, Index count) {
  std::vector<Found> all;
  for (Index j = 0; j < blocks.size(); ++j) all.push_back({blocks.cost(x, j) - blocks.price(j), j});
  std::sort(all.begin(), all.end());
  all.resize(static_cast<std::size_t>(std::min(count, blocks.size())));
  return all;
}

void check_cheapest(PricedBlocks& blocks, const Points& x, std::uint64_t seed) {
  for (Index i = 0; i < x.cols(); i += 31)
    for (const Index count : {1, 3, 16, 200}) {
      Draws draws(seed, Purpose::test, static_cast<std::uint64_t>(i));
      std::vector<std::int32_t> likely;
      if (i % 2 == 1)
        for (int k = 0; k < 5; ++k)
          likely.push_back(static_cast<std::int32_t>(draws.below(static_cast<std::uint64_t>(blocks.size()))));
      const std::vector<Candidate> found = blocks.cheapest(x.col(i).data(), count, likely);
      const std::vector<Found> expected = by_all_costs(blocks, x.col(i).data(), count);
      REQUIRE(found.size() == expected.size());
      CHECK(found.back().reduced == expected.back().reduced);
      std::vector<Found> sorted;
      bool costs_agree = true, equal = true, distinct = true;
      for (const Candidate& candidate : found) {
        costs_agree = costs_agree && candidate.cost == blocks.cost(x.col(i).data(), candidate.column) &&
                      candidate.reduced == candidate.cost - blocks.price(candidate.column);
        sorted.push_back({candidate.reduced, candidate.column});
      }
      std::sort(sorted.begin(), sorted.end());
      for (std::size_t k = 0; k < sorted.size(); ++k) {
        equal = equal && sorted[k].reduced == expected[k].reduced;
        distinct = distinct && (k == 0 || sorted[k].column != sorted[k - 1].column);
      }
      CHECK(costs_agree);
      CHECK(equal);
      CHECK(distinct);
    }
}

}  // namespace

TEST_CASE("priced blocks: the cheapest columns are those of all costs, whatever the prices") {
  for (const CostPower power : {CostPower::one, CostPower::two})
    for (const Index dim : {1, 2, 3, 6})
      for (const CloudPair& pair : cloud_families(dim, 301, 5)) {
        CAPTURE(pair.family);
        CAPTURE(dim);
        CAPTURE(static_cast<int>(power));
        const Points y = pair.y(Eigen::all, spatial_order(pair.y));
        PricedBlocks blocks(y, power);
        check_cheapest(blocks, pair.x, 1);
        // Steep prices, as between clouds far apart, with some noise; then some of them fall.
        const double size = power == CostPower::two ? y.squaredNorm() / 301 : y.norm() / 17;
        const double reach = y.cwiseAbs().maxCoeff();
        Vector price(301);
        for (Index j = 0; j < 301; ++j)
          price(j) = size * (3 * y(0, j) / (reach > 0 ? reach : 1) +
                             Draws(3, Purpose::test, static_cast<std::uint64_t>(j)).normal());
        blocks.set_prices(price);
        check_cheapest(blocks, pair.x, 2);
        for (int round = 0; round < 3; ++round) {
          for (Index j = round; j < 301; j += 5) blocks.lower_price(j, blocks.price(j) - 0.3 * size);
          check_cheapest(blocks, pair.x, 3);
        }
      }
}

TEST_CASE("block kernels: every instruction set gives the same bits") {
  constexpr Index dim = 5, count = 64;
  Draws draws(4, Purpose::test, 0);
  const auto numbers = [&](std::size_t size) {
    std::vector<double> values(size);
    for (double& value : values) value = draws.normal();
    return values;
  };
  const std::vector<double> x = numbers(dim), y = numbers(dim * count), price = numbers(count),
                            slope = numbers(dim * count), low = numbers(dim * count);
  std::vector<double> high = low;
  for (double& value : high) value += 0.5;
  for (const bool root : {false, true}) {
    std::vector<double> bound(count), cost(count), reduced(count);
    std::uint64_t below = 0, narrowed = 0;
    const auto run = [&](const ScanKernels& scan) {
      scan.block_bounds(x.data(), low.data(), high.data(), slope.data(), price.data(), dim, count, root,
                        bound.data());
      const double top = scan.block_costs(x.data(), y.data(), price.data(), slope.data(), count, dim, root,
                                          2.0, cost.data(), reduced.data(), &below);
      const double limit = scan.narrow(reduced.data(), 4, 2.0, &narrowed);
      std::vector<double> all = {top, limit, static_cast<double>(below), static_cast<double>(narrowed)};
      for (const std::vector<double>* part : {&bound, &cost, &reduced})
        all.insert(all.end(), part->begin(), part->end());
      return all;
    };
    const std::vector<double> portable = run(portable_scan);
    CHECK(__builtin_popcountll(narrowed) >= 4);
    CHECK((narrowed & ~below) == 0);
    for (const InstructionSet set : available_instruction_sets()) CHECK(run(scan_kernels(set)) == portable);
  }
}
