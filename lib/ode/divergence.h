// How the divergence of a field is found, by name: exactly, or by random probes.
#pragma once

#include <cstdint>
#include <tuple>
#include <variant>

#include "core/fields.h"

namespace fm {

/// div u = trace of the Jacobian J.
struct ExactDivergence {
  static constexpr auto name = "exact";
  static constexpr auto summary = "the trace of the Jacobian: one tangent for each column";
  static constexpr auto fields() { return std::tuple{}; }
};

/// Mean of z^T J z over vectors z of independent random signs (Rademacher), unbiased with variance
/// sum_{i<j} (J_ij + J_ji)^2 a probe. Cheaper than the exact one where there are more columns than probes.
/// Source: Hutchinson 1990, "A stochastic estimator of the trace of the influence matrix".
struct Hutchinson {
  static constexpr auto name = "hutchinson";
  static constexpr auto summary =
      "an unbiased estimate with its standard error: one tangent for each probe, a vector of random signs";
  std::int64_t probes = 16;
  static constexpr auto fields() {
    // Two are the fewest that have a standard error; 1000 keep a block of points within some 100 MB.
    return std::tuple{field("probes", &Hutchinson::probes, "sign vectors for each point", between(2, 1000))};
  }
};

using Divergence = std::variant<ExactDivergence, Hutchinson>;

}  // namespace fm
