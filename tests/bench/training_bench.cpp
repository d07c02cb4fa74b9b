// Whole training steps as fm-train does them: pairs, times, path, preconditioning, forward, backward, Adam. A
// row of tests/peers/compare.py names each. The network is the peers' plain one: SiLU, time appended.
#include <benchmark/benchmark.h>

#include "core/random.h"
#include "model/trainer.h"

namespace {

using namespace fm;

void training_step(benchmark::State& state, Index dim, Index depth, Index width, Index batch) {
  Points target(dim, 10000);
  fill_normal({1, Purpose::toy}, 0, target);
  TrainingOptions options;
  options.coupling = Independent{};
  options.pool = 0;  // fresh noise and rows at every step, as the peers draw them
  options.hidden.assign(static_cast<std::size_t>(depth), width);
  options.batch_size = batch;
  options.steps = std::int64_t{1} << 40;
  // The callback follows each step and ends the training when enough are measured; what precedes the first
  // step is not timed.
  train({target}, options, 0, [&](const TrainingProgress&) { return state.KeepRunning(); });
}

BENCHMARK_CAPTURE(training_step, d2_3x64_b256, 2, 3, 64, 256)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(training_step, d2_3x256_b256, 2, 3, 256, 256)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(training_step, d50_4x256_b1024, 50, 4, 256, 1024)->Unit(benchmark::kMicrosecond);

}  // namespace
