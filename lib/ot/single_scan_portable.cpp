namespace {
constexpr int vector_bytes = 16;
}
#include "ot/single_scan_lanes.h"

namespace fm {

const SingleKernels portable_single_scan = {best_two, reach, near};

}  // namespace fm
