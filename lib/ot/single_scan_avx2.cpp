namespace {
constexpr int vector_bytes = 32;
}
#include "ot/single_scan_lanes.h"

namespace fm {

const SingleKernels avx2_single_scan = {best_two, reach, near};

}  // namespace fm
