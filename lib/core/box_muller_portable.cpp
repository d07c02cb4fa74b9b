namespace {
constexpr int vector_bytes = 16;
}
#include "core/box_muller_lanes.h"

namespace fm {

const BoxMuller box_muller_portable = pairs;

}  // namespace fm
