#include "ot/scan.h"

namespace fm {

std::vector<const ScanKernels*> available_scans() {
  std::vector<const ScanKernels*> scans = {&portable_scan};
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) scans.push_back(&avx2_scan);
  if (__builtin_cpu_supports("avx512f")) scans.push_back(&avx512_scan);
#endif
  return scans;
}

const ScanKernels& scan_kernels() {
  static const ScanKernels& widest = *available_scans().back();
  return widest;
}

}  // namespace fm
