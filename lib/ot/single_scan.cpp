#include "ot/single_scan.h"

namespace fm {

const SingleKernels& single_kernels(InstructionSet set) {
  return compiled_for(set, portable_single_scan, avx2_single_scan, avx512_single_scan);
}

}  // namespace fm
