#include "nn/kernels_in_use.h"

#include "nn/bf16_kernels.h"

namespace fm {

namespace {

const KernelSet& kernel_set() {
#if defined(__x86_64__)
  return compiled_for(instruction_set(), portable_kernels, avx2_kernels, avx512_kernels);
#else
  return portable_kernels;
#endif
}

}  // namespace

template <>
const Kernels<float>& kernels() {
  return kernel_set().in_float;
}
template <>
const Kernels<double>& kernels() {
  return kernel_set().in_double;
}

const Bf16Kernels* bf16_kernels() {
#if defined(__x86_64__)
  static const bool available = __builtin_cpu_supports("avx512bf16");
  if (available && instruction_set() == InstructionSet::avx512) return &avx512_bf16_kernels;
#endif
  return nullptr;
}

}  // namespace fm
