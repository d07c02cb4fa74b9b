// Words that the exact solvers share.
#pragma once

#include <cstddef>
#include <limits>

#include "core/types.h"

namespace fm {

constexpr Index nobody = -1;
constexpr double infinity = std::numeric_limits<double>::infinity();

/// A number of a point as a place in a std::vector.
inline std::size_t place(Index i) {
  return static_cast<std::size_t>(i);
}

}  // namespace fm
