// Kernels for AVX2 and FMA (flags.cmake): 6 x 2 sums, 2 vectors of b and a broadcast in 16 registers.
#if defined(__x86_64__)
namespace fm {
namespace {
constexpr int vector_bytes = 32;
constexpr int tile_rows = 6;
constexpr int tile_vectors = 2;
}  // namespace
}  // namespace fm

#include "nn/kernels_table.h"

namespace fm {
const KernelSet avx2_kernels = {table<float>, table<double>};
}  // namespace fm
#endif
