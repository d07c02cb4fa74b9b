#include "ot/scan.h"

namespace fm {

const ScanKernels& scan_kernels(InstructionSet set) {
  return compiled_for(set, portable_scan, avx2_scan, avx512_scan);
}

}  // namespace fm
