#include "peak.h"

#include <algorithm>
#include <chrono>

#include "core/instruction_set.h"

namespace fm {

namespace {

constexpr long steps = 200000;
/// Independent sums: more than latency times units of any processor so far (4 x 2).
constexpr int chains = 12;

typedef float Portable __attribute__((vector_size(16)));

// Each adds to `sums` (chains), in registers, `steps` times.

void portable_loop(Portable* sums, const Portable& x_in, const Portable& y_in) {
  const Portable x = x_in, y = y_in;
  Portable a[chains];
  for (int k = 0; k < chains; ++k) a[k] = sums[k];
  for (long i = 0; i < steps; ++i)
#pragma GCC unroll 12
    for (Portable& sum : a) sum = sum * x + y;
  for (int k = 0; k < chains; ++k) sums[k] = a[k];
}

#if defined(__x86_64__)
typedef float Avx2 __attribute__((vector_size(32)));
typedef float Avx512 __attribute__((vector_size(64)));

// One statement with all sums: as an array, each would be stored at every step.
#define FM_MULTIPLY_ADD(k) "vfmadd231ps %12, %13, %" #k "\n"
#define FM_PEAK_LOOP(V)                                                                                      \
  const V x = x_in, y = y_in;                                                                                \
  V a0 = sums[0], a1 = sums[1], a2 = sums[2], a3 = sums[3], a4 = sums[4], a5 = sums[5], a6 = sums[6],        \
    a7 = sums[7], a8 = sums[8], a9 = sums[9], a10 = sums[10], a11 = sums[11];                                \
  for (long i = 0; i < steps; ++i)                                                                           \
    asm volatile(FM_MULTIPLY_ADD(0) FM_MULTIPLY_ADD(1) FM_MULTIPLY_ADD(2) FM_MULTIPLY_ADD(3)                 \
                     FM_MULTIPLY_ADD(4) FM_MULTIPLY_ADD(5) FM_MULTIPLY_ADD(6) FM_MULTIPLY_ADD(7)             \
                         FM_MULTIPLY_ADD(8) FM_MULTIPLY_ADD(9) FM_MULTIPLY_ADD(10) FM_MULTIPLY_ADD(11)       \
                 : "+v"(a0), "+v"(a1), "+v"(a2), "+v"(a3), "+v"(a4), "+v"(a5), "+v"(a6), "+v"(a7), "+v"(a8), \
                   "+v"(a9), "+v"(a10), "+v"(a11)                                                            \
                 : "v"(x), "v"(y));                                                                          \
  sums[0] = a0 + a1 + a2 + a3 + a4 + a5 + a6 + a7 + a8 + a9 + a10 + a11

[[gnu::target("avx2,fma")]] void avx2_loop(Avx2* sums, const Avx2& x_in, const Avx2& y_in) {
  FM_PEAK_LOOP(Avx2);
}
[[gnu::target("avx512f")]] void avx512_loop(Avx512* sums, const Avx512& x_in, const Avx512& y_in) {
  FM_PEAK_LOOP(Avx512);
}
#endif

/// Of a loop on vectors V.
template <class V, class Loop>
double best_gflops(const Loop& loop) {
  constexpr int lanes = sizeof(V) / sizeof(float);
  V sums[chains] = {};
  float factor = 0.999f, term = 1e-3f;
  benchmark::DoNotOptimize(factor), benchmark::DoNotOptimize(term);
  const V x = V{} + factor, y = V{} + term;
  double best = 0;
  for (int run = 0; run < 200; ++run) {
    benchmark::DoNotOptimize(sums);  // of which the compiler would see that all are equal
    const auto begin = std::chrono::steady_clock::now();
    loop(sums, x, y);
    const std::chrono::duration<double, std::nano> time = std::chrono::steady_clock::now() - begin;
    benchmark::DoNotOptimize(sums);
    best = std::max(best, 2.0 * lanes * chains * steps / time.count());
  }
  return best;
}

/// Says in the heading of every report what the shares are of.
bool tell_instruction_set() {
  for (const auto& [set, name] : enum_names(InstructionSet{}))
    if (set == instruction_set()) benchmark::AddCustomContext("instruction_set", name);
  return true;
}
[[maybe_unused]] const bool told = tell_instruction_set();

double measured_peak() {
#if defined(__x86_64__)
  if (instruction_set() == InstructionSet::avx512) return best_gflops<Avx512>(avx512_loop);
  if (instruction_set() == InstructionSet::avx2) return best_gflops<Avx2>(avx2_loop);
#endif
  return best_gflops<Portable>(portable_loop);
}

}  // namespace

double peak_gflops() {
  static const double peak = measured_peak();
  return peak;
}

void report_operations(benchmark::State& state, double operations_per_iteration) {
  using benchmark::Counter;
  const double operations = operations_per_iteration * static_cast<double>(state.iterations()) * 1e-9;
  state.counters["gflops"] = Counter(operations, Counter::kIsRate);
  state.counters["peak_share"] = Counter(operations / peak_gflops(), Counter::kIsRate);
  state.counters["peak"] = peak_gflops();
}

}  // namespace fm
