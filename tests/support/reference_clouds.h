// Clouds that any language makes to the bit, for numbers computed by other programs: a linear congruential
// generator (Knuth's MMIX constants), its upper 53 bits as a uniform number in [0, 1). Twin:
// tests/peers/transport_reference.py.
#pragma once

#include <cstdint>

#include "core/types.h"

namespace fm {

/// (D, N), point by point.
inline Points reference_cloud(Index dim, Index count, std::uint64_t state, double scale = 1,
                              double shift = 0) {
  Points x(dim, count);
  for (Index n = 0; n < count; ++n)
    for (Index d = 0; d < dim; ++d) {
      state = state * 6364136223846793005u + 1442695040888963407u;
      x(d, n) = scale * (static_cast<double>(state >> 11) * 0x1p-53) + shift;
    }
  return x;
}

}  // namespace fm
