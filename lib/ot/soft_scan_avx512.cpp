namespace {
constexpr int vector_bytes = 64;
}
#include "ot/soft_scan_lanes.h"

namespace fm {

const SoftKernels avx512_soft = {log_sum, exponentials};

}  // namespace fm
