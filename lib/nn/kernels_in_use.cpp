#include "nn/kernels_in_use.h"

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

}  // namespace fm
