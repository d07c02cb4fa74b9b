// A mixture of normal laws, p(x) = sum_k w_k N(x; m_k, S_k), as facts: its moments, and the change between
// data units and coordinates. Its field is in mixture_field.h, its file in mixture_file.h.
#pragma once

#include <vector>

#include "core/types.h"
#include "data/standardiser.h"

namespace fm {

struct Mixture {
  Vector weights;                   ///< (K), K >= 1, none negative, sum 1
  Points means;                     ///< (D, K)
  std::vector<Points> covariances;  ///< K of (D, D), symmetric, without negative eigenvalues
};

/// E x, (D).
Vector mixture_mean(const Mixture& mixture);

/// Cov x = sum_k w_k (S_k + (m_k - m) (m_k - m)^T), (D, D).
Points mixture_covariance(const Mixture& mixture);

/// The same law in the other units. Throw numeric error "coordinates-range" if a number is not finite.
Mixture to_coordinates(const Standardiser& map, const Mixture& data);
Mixture to_data(const Standardiser& map, const Mixture& coordinates);

/// Coordinates by the mixture's own mean and standard deviations, as if fitted to endless rows of it.
Standardiser fit_standardiser(const Mixture& mixture, Standardize kind);

}  // namespace fm
