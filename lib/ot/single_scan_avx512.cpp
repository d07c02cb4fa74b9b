namespace {
constexpr int vector_bytes = 64;
}
#include "ot/single_scan_lanes.h"

namespace fm {

const SingleKernels avx512_single_scan = {best_two, reach, near};

}  // namespace fm
