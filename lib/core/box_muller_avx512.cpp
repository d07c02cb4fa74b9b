namespace {
constexpr int vector_bytes = 64;
}
#include "core/box_muller_lanes.h"

namespace fm {

const BoxMuller box_muller_avx512 = pairs;

}  // namespace fm
