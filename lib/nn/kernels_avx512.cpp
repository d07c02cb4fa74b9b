// Kernels for AVX-512 F, VL, DQ, BW (flags.cmake): 12 x 2 sums and their operands in 32 registers.
#if defined(__x86_64__)
namespace fm {
namespace {
constexpr int vector_bytes = 64;
constexpr int tile_rows = 12;
constexpr int tile_vectors = 2;
}  // namespace
}  // namespace fm

#include "nn/kernels_table.h"

namespace fm {
const KernelSet avx512_kernels = {table<float>, table<double>};
}  // namespace fm
#endif
