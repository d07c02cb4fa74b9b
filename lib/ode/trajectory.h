// Where points are on their way: positions along a field at times that the caller asks for.
#pragma once

#include <cstdint>
#include <vector>

#include "flow/velocity_field.h"
#include "ode/solver.h"

namespace fm {

/// Positions along the way.
struct Trajectories {
  std::vector<Points> x;  ///< for each time (D, N)
  std::vector<Points> v;  ///< the field there, if asked for; at a time beyond its domain, at the domain's end
  Points
      before_last_step;  ///< (D, N), at the domain's end, if the last of `x` is the exact last step from it
  std::vector<std::int64_t> evaluations;  ///< of the solver, for each point (N)
};

/// Positions at `times` (strictly rising or falling, two or more, in the domain as for solve()), from x0 (D,
/// N) at the first of them. Fixed-step solvers put whole steps between two times, at least as dense as asked
/// for. The others interpolate inside their own steps (order 3 for bosh3, 4 for dopri5 and tsit5, 7 for
/// dopri8, which asks the field three times more in a step with an asked time inside), so their steps and
/// ends do not depend on the times asked for. Throws as solve().
Trajectories trace(const VelocityField& field, const Solver& solver, PointsIn x0, const Vector& times,
                   bool with_velocity, std::int64_t first_point = 0);

}  // namespace fm
