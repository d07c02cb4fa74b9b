// A weighted table as a plain sample of the law that it stands for.
#pragma once

#include <cstdint>
#include <vector>

#include "core/types.h"

namespace fm {

/// The places, ascending, of the rows that stay when row i does with probability w_i / max w, by row first +
/// i of Purpose::thinning: independent draws of the weighted law if the rows are such of a law, and the
/// weights are in proportion to the density of the one by the other (rejection sampling, von Neumann 1951).
/// No row comes twice, which draws with replacement could not keep from both sides of a comparison. The
/// heaviest rows stay; the mean number is sum w / max w. weights (N) >= 0, N >= 1, one above 0.
std::vector<Index> thinned_rows(VectorIn weights, std::uint64_t seed, std::uint64_t first);

}  // namespace fm
