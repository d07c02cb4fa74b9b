#include "ot/soft_scan.h"

namespace fm {

const SoftKernels& soft_kernels(InstructionSet set) {
  return compiled_for(set, portable_soft, avx2_soft, avx512_soft);
}

}  // namespace fm
