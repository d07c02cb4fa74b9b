// Kernels for any processor that the build's target names: 4 x 2 sums leave room for operands in 16
// registers.
namespace fm {
namespace {
constexpr int vector_bytes = 16;
constexpr int tile_rows = 4;
constexpr int tile_vectors = 2;
}  // namespace
}  // namespace fm

#include "nn/kernels_table.h"

namespace fm {
const KernelSet portable_kernels = {table<float>, table<double>};
}  // namespace fm
