// Draws of a mixture of normal laws, each with the component it comes from.
#pragma once

#include <cstdint>

#include "core/random.h"
#include "core/types.h"
#include "flow/mixture.h"

namespace fm {

struct MixtureDraws {
  Points points;      ///< (D, N)
  Vector components;  ///< (N), numbers from 0
};

/// Rows first_row, ..., first_row + count - 1 of the endless sample of that seed: component k with
/// probability w_k, then m_k + Q_k sqrt(l_k) z, where S_k = Q_k diag(l_k) Q_k^T. Eigenvalues that rounding
/// has made negative are 0. Cost O(K D^3 + N D^2).
MixtureDraws draw_mixture(const Mixture& mixture, const Random& random, std::uint64_t first_row, Index count);

}  // namespace fm
