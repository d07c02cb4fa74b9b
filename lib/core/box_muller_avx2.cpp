namespace {
constexpr int vector_bytes = 32;
}
#include "core/box_muller_lanes.h"

namespace fm {

const BoxMuller box_muller_avx2 = pairs;

}  // namespace fm
