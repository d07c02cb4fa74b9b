#include "core/box_muller.h"

#include "core/instruction_set.h"

namespace fm {

void box_muller(std::int64_t count, const std::uint64_t* u, const std::uint64_t* v, double* first,
                double* second) {
  compiled_for(instruction_set(), box_muller_portable, box_muller_avx2, box_muller_avx512)(count, u, v, first,
                                                                                           second);
}

}  // namespace fm
