// Transport plans: how much mass goes from which source point to which target point; and what is made of a
// plan: costs, marginals, pairs drawn from it, the map of means. How plans are found is said in transport.h.
#pragma once

#include <cstdint>
#include <vector>

#include "core/random.h"
#include "core/types.h"
#include "ot/extra_rows.h"

namespace fm {

struct PlanEntry {
  Index from, to;
  double mass;  ///< > 0
};

/// Entries by `from`, then `to`, no pair twice.
struct Plan {
  Index sources = 0, targets = 0;
  std::vector<PlanEntry> entries;
};

/// All the mass that the plan moves.
double plan_mass(const Plan& plan);

/// sum of mass |x_from - y_to|^2; x (D, sources), y (D, targets).
double plan_cost(const Plan& plan, PointsIn x, PointsIn y);

/// Mass that leaves each source point (sources) and reaches each target point (targets).
Vector source_masses(const Plan& plan);
Vector target_masses(const Plan& plan);

/// The plan of a dense matrix (sources, targets) of masses >= 0. Entries below 2^-52 of their row's mass are
/// left out: together less than the rounding of the row's sum.
Plan sparse_plan(PointsIn mass);

/// For each source point one target point, drawn from its row of the plan by the first draw of row first_row
/// + i of `random`, so that every source point is used once. A source point that the plan leaves behind goes
/// with the target nearest to it among those that the plan reaches. x (D, sources), y (D, targets); at least
/// one entry if there are sources. Near is what the cost with extra rows says.
std::vector<Index> draw_partners(const Plan& plan, PointsIn x, PointsIn y, const Random& random,
                                 std::uint64_t first_row, const ExtraRows& extra = {});

/// phi(x_i) = sum_j P_ij y_j / sum_j P_ij, the barycentric projection of the plan, (D, sources); the map
/// itself where the plan is a permutation. NaN for source points that the plan leaves behind. y (D, targets).
Points barycentric_map(const Plan& plan, PointsIn y);

}  // namespace fm
