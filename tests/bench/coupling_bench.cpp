// What it takes to couple the 50,000 pairs of a pool, on one thread: normal noise to eight normal modes in
// the plane, and to a normal cloud in 50 dimensions.
#include <benchmark/benchmark.h>

#include "core/value.h"
#include "data/toy.h"
#include "flow/coupling.h"

namespace {

using namespace fm;

constexpr Index pool = 50000;

void couple_pool(benchmark::State& state, const char* coupling, Index dim) {
  Points target(dim, 10000);
  if (dim == 2)
    target = draw_toy(EightGaussians{}, {1, Purpose::toy}, 0, 10000);
  else
    fill_normal({1, Purpose::toy}, 0, target);
  Points x0(dim, pool);
  fill_normal({2, Purpose::source}, 0, x0);
  std::vector<Index> turn(static_cast<std::size_t>(pool));
  for (std::size_t n = 0; n < turn.size(); ++n) turn[n] = static_cast<Index>(n) % target.cols();
  for (auto _ : state) {
    const Coupler coupler(parse_family<Coupling>(coupling), {target}, NormalSource{}, 0);
    benchmark::DoNotOptimize(coupler.rows(x0, turn, 0));
  }
}

#define FM_COUPLING_BENCH(label, text)                                                \
  BENCHMARK_CAPTURE(couple_pool, label##_d2, text, 2)->Unit(benchmark::kMillisecond); \
  BENCHMARK_CAPTURE(couple_pool, label##_d50, text, 50)->Unit(benchmark::kMillisecond)

FM_COUPLING_BENCH(independent, "independent");
FM_COUPLING_BENCH(exact_256, "exact");
FM_COUPLING_BENCH(exact_1024, "exact:batch=1024");
FM_COUPLING_BENCH(exact_5000, "exact:batch=5000");
FM_COUPLING_BENCH(exact_10000, "exact:batch=10000");
FM_COUPLING_BENCH(sinkhorn_256, "sinkhorn");
FM_COUPLING_BENCH(sinkhorn_1024, "sinkhorn:batch=1024");
FM_COUPLING_BENCH(unbalanced_256, "unbalanced");
FM_COUPLING_BENCH(partial_256, "partial");
FM_COUPLING_BENCH(greedy_256, "greedy");
FM_COUPLING_BENCH(semidiscrete, "semidiscrete");

}  // namespace
