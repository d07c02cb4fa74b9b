// Couplings: which source point goes with which target point. Training with pairs that are close makes
// straighter paths.
#pragma once

#include <cstdint>
#include <tuple>
#include <variant>
#include <vector>

#include "core/fields.h"
#include "core/types.h"

namespace fm {

/// As they come. Source: Lipman et al. 2023, arXiv:2210.02747.
struct Independent {
  static constexpr auto name = "independent";
  static constexpr auto summary = "pairs as they are drawn";
  static constexpr auto fields() { return std::tuple{}; }
};

/// Exact optimal transport inside blocks: a permutation that minimises the sum of |x0 - x1|^2, so every point
/// of a block is used once. Source: Tong et al. 2024, arXiv:2302.00482; Pooladian et al. 2023,
/// arXiv:2304.14772.
struct Exact {
  static constexpr auto name = "exact";
  static constexpr auto summary = "optimal transport inside blocks of `batch` pairs";
  std::int64_t batch = 256;
  static constexpr auto fields() {
    // The assignment costs O(batch^2) memory.
    return std::tuple{field("batch", &Exact::batch, "pairs in a block", between(1, 5000))};
  }
};

using Coupling = std::variant<Independent, Exact>;

/// A permutation of {0, ..., N-1}: column n of x0 (D, N) goes with column [n] of x1 (D, N).
std::vector<Index> couple(const Coupling& coupling, PointsIn x0, PointsIn x1);

}  // namespace fm
