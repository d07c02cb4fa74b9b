namespace {
constexpr int vector_bytes = 16;
}
#include "ot/soft_scan_lanes.h"

namespace fm {

const SoftKernels portable_soft = {log_sum, exponentials};

}  // namespace fm
