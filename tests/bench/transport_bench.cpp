// Optimal transport and distances between clouds, on one thread: assignments and entropic plans of the sizes
// that couplings ask for, Wasserstein and energy distances of the sizes that comparisons ask for. Clouds are
// laws that rows of tests/peers/rows.py name; two draws of 10,000 points differ by less than the noise of a
// time.
#include <benchmark/benchmark.h>

#include "core/random.h"
#include "metrics/energy.h"
#include "metrics/wasserstein.h"
#include "ot/assignment.h"
#include "ot/sinkhorn.h"

namespace {

using namespace fm;

struct Clouds {
  Points x, y;
};

/// N(0, I) against N((1, ..., 1), I).
Clouds shifted(Index dim, Index count) {
  Clouds clouds{Points(dim, count), Points(dim, count)};
  fill_normal({1, Purpose::toy}, 0, clouds.x);
  fill_normal({2, Purpose::toy}, 0, clouds.y);
  clouds.y.array() += 1;
  return clouds;
}

/// Both uniform over the 100 x 100 pairs of whole numbers below 100: many ties, many equal points.
Clouds grid(Index count) {
  const auto draw = [&](std::uint64_t seed) {
    Points x(2, count);
    for (Index n = 0; n < count; ++n) {
      Draws draws(seed, Purpose::toy, static_cast<std::uint64_t>(n));
      for (Index d = 0; d < 2; ++d) x(d, n) = static_cast<double>(draws.below(100));
    }
    return x;
  };
  return {draw(1), draw(2)};
}

/// Eight clusters of equal shares at (1000 k, 0), normal with deviation 1, against five: most of the mass
/// moves from one cluster to another.
Clouds clusters(Index count) {
  const auto draw = [&](std::uint64_t seed, Index number) {
    Points x(2, count);
    fill_normal({seed, Purpose::toy}, 0, x);
    for (Index n = 0; n < count; ++n) x(0, n) += 1000.0 * static_cast<double>(n % number);
    return x;
  };
  return {draw(1, 8), draw(2, 5)};
}

void w2(benchmark::State& state, const Clouds& clouds) {
  Wasserstein result;
  for (auto _ : state) result = wasserstein(clouds.x, clouds.y, CostPower::two);
  state.counters["w2"] = result.distance;
}
void w2_normal(benchmark::State& state, Index dim) {
  w2(state, shifted(dim, state.range(0)));
}
void w2_grid(benchmark::State& state) {
  w2(state, grid(state.range(0)));
}
void w2_clusters(benchmark::State& state) {
  w2(state, clusters(state.range(0)));
}

void assignment(benchmark::State& state, Index dim) {
  const Clouds clouds = shifted(dim, state.range(0));
  for (auto _ : state) benchmark::DoNotOptimize(solve_assignment(clouds.x, clouds.y).cost);
}

/// reg in hundredths of the mean cost is the second argument.
void sinkhorn(benchmark::State& state) {
  const Clouds clouds = shifted(2, state.range(0));
  const Index n = state.range(0);
  Points costs(n, n);
  for (Index j = 0; j < n; ++j)
    costs.col(j) = (clouds.x.colwise() - clouds.y.col(j)).colwise().squaredNorm().transpose();
  const Vector masses = Vector::Constant(n, 1 / static_cast<double>(n));
  const EntropicOptions options{.reg = costs.mean() * static_cast<double>(state.range(1)) / 100,
                                .tolerance = 1e-3};
  for (auto _ : state) benchmark::DoNotOptimize(solve_sinkhorn(costs, masses, masses, options).error);
}

void energy_distance(benchmark::State& state, Index dim) {
  const Index n = state.range(0);
  const Clouds clouds = shifted(dim, n);
  Points both(dim, 2 * n);
  both << clouds.x, clouds.y;
  PairWeights labels = PairWeights::Zero(2 * n, 1);
  labels.topRows(n).setOnes();
  for (auto _ : state) benchmark::DoNotOptimize(pair_contrasts(both, labels, energy_contrast())(0));
}

BENCHMARK_CAPTURE(w2_normal, d2, 2)->Arg(1000)->Arg(10000)->Arg(100000)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(w2_normal, d10, 10)->Arg(1000)->Arg(10000)->Unit(benchmark::kMillisecond);
BENCHMARK(w2_grid)->Arg(10000)->Unit(benchmark::kMillisecond);
BENCHMARK(w2_clusters)->Arg(10000)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(assignment, d2, 2)->Arg(256)->Arg(512)->Arg(1024)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(assignment, d50, 50)->Arg(256)->Arg(512)->Arg(1024)->Unit(benchmark::kMillisecond);
BENCHMARK(sinkhorn)->ArgsProduct({{256, 1024}, {1, 5}})->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(energy_distance, d2, 2)->Arg(1000)->Arg(10000)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(energy_distance, d10, 10)->Arg(1000)->Arg(10000)->Unit(benchmark::kMillisecond);

}  // namespace
