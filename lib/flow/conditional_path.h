// What lies between a source point and a target point: the flow of the scheduler alone (flow/path.h), that
// and a Brownian bridge around it, or one that ends in noise (flow/adaptive_path.h). Source of bridges: Tong
// et al. 2024, arXiv:2302.00482 and arXiv:2307.03672 ([SF]2M), which with an entropic plan of reg = 2 std^2
// (coupling sinkhorn:reg_abs=2 std^2, for costs |x - y|^2) learns the Schroedinger bridge.
#pragma once

#include <string>
#include <tuple>
#include <variant>

#include "core/fields.h"
#include "core/types.h"
#include "flow/adaptive_path.h"

namespace fm {

struct AffinePath {
  static constexpr auto name = "affine";
  static constexpr auto summary = "the scheduler's line between the two points";
  static constexpr auto fields() { return std::tuple{}; }
};

/// x_t = mu_t + std sqrt(t (1 - t)) z, mu_t = (1 - t) x0 + t x1, z ~ N(0, I).
struct BridgePath {
  static constexpr auto name = "bridge";
  static constexpr auto summary = "straight line with a Brownian bridge around it; learns the score, too";
  double std = 0.5;
  static constexpr auto fields() {
    return std::tuple{
        field("std", &BridgePath::std, "noise after unit time, in coordinates", between(1e-6, 1e6))};
  }
};

using ConditionalPath = std::variant<AffinePath, BridgePath, AdaptivePath>;

/// The column of a table that holds the bandwidths of its rows; "" for a path that takes them from no column.
/// Throws check_bandwidths()'s.
std::string bandwidth_column(const ConditionalPath& path);

/// h (N) of x (D, N): adaptive_bandwidths() among the rows (D, M), or for a path that names a column, scale
/// times its numbers for x, `column` (N) > 0; none (0) for the members that have none. Throws usage error
/// "bandwidth-column" where these numbers are none.
Vector path_bandwidths(const ConditionalPath& path, PointsIn x, PointsIn rows,
                       const Vector& column = Vector());

/// xt (D, N) as above and what a network has to predict from it, finite at both ends, targets (2D, N):
///   x1 - x0,   std z.
/// t (N) in [0, 1]; x0, x1, z (D, N).
void bridge_sample(const BridgePath& bridge, VectorIn t, PointsIn x0, PointsIn x1, PointsIn z, PointsOut xt,
                   PointsOut targets);

/// u_t(x | x0, x1) = (1 - 2t) / (2t (1 - t)) (x - mu_t) + x1 - x0, the velocity whose marginal carries the
/// law of x_t; all (D, N). It grows without bound towards both ends, and E|u|^2 with it: t (N) in (0, 1),
/// else numeric error "time-domain".
void bridge_velocity(VectorIn t, PointsIn x, PointsIn x0, PointsIn x1, PointsOut u);

}  // namespace fm
