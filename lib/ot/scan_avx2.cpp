namespace {
constexpr int vector_bytes = 32;
}
#include "ot/scan_lanes.h"

namespace fm {

const ScanKernels avx2_scan = {squared_distances, add_class_costs, best_two, relax,
                               block_bounds,      block_costs,     narrow,   any_below};

}  // namespace fm
