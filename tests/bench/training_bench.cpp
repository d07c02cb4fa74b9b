// Whole training steps as fm-train does them: pairs, times, path, preconditioning, forward, backward, Adam. A
// row of tests/peers/rows.py names each. The network is the peers' plain one: SiLU, time appended. Times are
// those of the processor, over all threads, on one thread but for the benchmarks of threads.
#include <benchmark/benchmark.h>

#include "core/parallel.h"
#include "core/random.h"
#include "model/trainer.h"
#include "nn/bf16_kernels.h"
#include "peak.h"

namespace {

using namespace fm;

struct Size {
  Index dim, depth, width, batch;
};

/// 6 operations a weight and point: one product forward, two backward, a multiply-add each.
double operations(const Size& size) {
  const Index weights =
      (size.dim + 1) * size.width + (size.depth - 1) * size.width * size.width + size.width * size.dim;
  return 6 * static_cast<double>(weights) * static_cast<double>(size.batch);
}

void steps(benchmark::State& state, const Size& size, const Coupling& coupling, int thread_count = 1,
           ComputePrecision precision = ComputePrecision::float32) {
  set_threads(thread_count);
  Points target(size.dim, 10000);
  fill_normal({1, Purpose::toy}, 0, target);
  TrainingOptions options;
  options.coupling = coupling;
  options.pool = 0;  // fresh noise and rows at every step, as the peers draw them
  options.hidden.assign(static_cast<std::size_t>(size.depth), size.width);
  options.batch_size = size.batch;
  options.precision_compute = precision;
  options.steps = std::int64_t{1} << 40;
  // The callback follows each step and ends the training when enough are measured; what precedes the first
  // step is not timed.
  train({target}, options, 0, [&](const TrainingProgress&) { return state.KeepRunning(); });
  report_operations(state, operations(size));
  set_threads(1);
}

void training_step(benchmark::State& state, const Size& size) {
  steps(state, size, Independent{});
}

void bf16_step(benchmark::State& state, const Size& size) {
  if (!bf16_kernels()) return state.SkipWithError("this processor has no products in bf16");
  steps(state, size, Independent{}, 1, ComputePrecision::bf16);
}

void ot_training_step(benchmark::State& state, Index batch) {
  Exact exact;
  exact.batch = batch;
  steps(state, {2, 3, 64, batch}, exact);
}

/// Argument: threads. Time on the clock.
void threaded_step(benchmark::State& state, const Size& size) {
  steps(state, size, Independent{}, static_cast<int>(state.range(0)));
}

void width_step(benchmark::State& state) {
  steps(state, {2, 3, state.range(0), 256}, Independent{});
}

#define FM_STEP(function, name, ...) \
  BENCHMARK_CAPTURE(function, name, __VA_ARGS__)->MeasureProcessCPUTime()->Unit(benchmark::kMicrosecond)

FM_STEP(training_step, d2_3x64_b256, {2, 3, 64, 256});
FM_STEP(training_step, d2_3x256_b256, {2, 3, 256, 256});
FM_STEP(training_step, d50_4x256_b1024, {50, 4, 256, 1024});
FM_STEP(training_step, d2_4x512_b4096, {2, 4, 512, 4096});
FM_STEP(bf16_step, d2_3x64_b256, {2, 3, 64, 256});
FM_STEP(bf16_step, d2_3x256_b256, {2, 3, 256, 256});
FM_STEP(bf16_step, d50_4x256_b1024, {50, 4, 256, 1024});
FM_STEP(bf16_step, d2_4x512_b4096, {2, 4, 512, 4096});
FM_STEP(ot_training_step, b256, 256);
FM_STEP(ot_training_step, b512, 512);
FM_STEP(ot_training_step, b1024, 1024);
FM_STEP(threaded_step, d2_3x64_b256, {2, 3, 64, 256})->UseRealTime()->Arg(1)->Arg(2);
FM_STEP(threaded_step, d2_4x512_b4096, {2, 4, 512, 4096})->UseRealTime()->Arg(1)->Arg(2);
BENCHMARK(width_step)
    ->MeasureProcessCPUTime()
    ->Unit(benchmark::kMicrosecond)
    ->RangeMultiplier(2)
    ->Range(32, 1024);

}  // namespace
