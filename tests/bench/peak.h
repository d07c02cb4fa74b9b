// The multiply-add peak of one core in this run, and what part of it a benchmark reaches.
#pragma once

#include <benchmark/benchmark.h>

namespace fm {

/// Single-precision operations a nanosecond (a multiply-add is two) of independent multiply-adds by the
/// instruction set in use, the best of short runs; measured once.
double peak_gflops();

/// Counters `gflops` and `peak_share` for that many operations an iteration, on processor time, and `peak`.
void report_operations(benchmark::State& state, double operations_per_iteration);

}  // namespace fm
