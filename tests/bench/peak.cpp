#include "peak.h"

#include <algorithm>
#include <chrono>

#include "core/instruction_set.h"

namespace fm {

namespace {

constexpr long steps = 200000;
/// Independent sums: more than latency times units of any processor so far (4 x 2).
constexpr int chains = 12;

// Loops of `steps` times `chains` multiply-adds on vectors. `sums` (chains) keeps the compiler from leaving
// any out. Compilers keep them all in registers.
#define FM_PEAK_LOOP(V, multiply_add)                                                                     \
  V a0 = sums[0], a1 = sums[1], a2 = sums[2], a3 = sums[3], a4 = sums[4];                                 \
  V a5 = sums[5], a6 = sums[6], a7 = sums[7], a8 = sums[8], a9 = sums[9];                                 \
  V a10 = sums[10], a11 = sums[11];                                                                       \
  for (long i = 0; i < steps; ++i) {                                                                      \
    multiply_add(a0) multiply_add(a1) multiply_add(a2) multiply_add(a3) multiply_add(a4) multiply_add(a5) \
        multiply_add(a6) multiply_add(a7) multiply_add(a8) multiply_add(a9) multiply_add(a10)             \
            multiply_add(a11)                                                                             \
  }                                                                                                       \
  sums[0] = a0 + a1 + a2 + a3 + a4 + a5 + a6 + a7 + a8 + a9 + a10 + a11

// clang-format off
#define FM_PLAIN(a) a = a * x + y;
#define FM_ASSEMBLER(a) asm volatile("vfmadd231ps %1, %2, %0" : "+v"(a) : "v"(x), "v"(y));
// clang-format on

typedef float Portable __attribute__((vector_size(16)));
void portable_loop(Portable* sums, Portable x, Portable y) {
  FM_PEAK_LOOP(Portable, FM_PLAIN);
}

#if defined(__x86_64__)
typedef float Avx2 __attribute__((vector_size(32)));
[[gnu::target("avx2,fma")]] void avx2_loop(Avx2* sums, const Avx2& x_in, const Avx2& y_in) {
  const Avx2 x = x_in, y = y_in;
  FM_PEAK_LOOP(Avx2, FM_ASSEMBLER);
}
typedef float Avx512 __attribute__((vector_size(64)));
[[gnu::target("avx512f")]] void avx512_loop(Avx512* sums, const Avx512& x_in, const Avx512& y_in) {
  const Avx512 x = x_in, y = y_in;
  FM_PEAK_LOOP(Avx512, FM_ASSEMBLER);
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
    const auto begin = std::chrono::steady_clock::now();
    loop(sums, x, y);
    const std::chrono::duration<double, std::nano> time = std::chrono::steady_clock::now() - begin;
    benchmark::DoNotOptimize(sums[0]);
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
