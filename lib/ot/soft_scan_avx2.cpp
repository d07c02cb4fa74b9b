namespace {
constexpr int vector_bytes = 32;
}
#include "ot/soft_scan_lanes.h"

namespace fm {

const SoftKernels avx2_soft = {log_sum, exponentials};

}  // namespace fm
