// Which solver to use: each on the same points, its end points held against those of a tight run.
#pragma once

#include <cstdint>
#include <vector>

#include "flow/velocity_field.h"
#include "ode/solver.h"

namespace fm {

/// How one solver did.
struct SolverScore {
  Solver solver;
  double evaluations_mean = 0;  ///< of the field, for a point
  std::int64_t evaluations_max = 0;
  double error = 0;    ///< sqrt of the mean of |x - wanted|^2 over the points, in coordinates
  double seconds = 0;  ///< on the clock: not the same in two runs
};

/// `solver` from x0 (D, N) at t0 to t1, N >= 1, against `wanted` (D, N). Throws as solve().
SolverScore score_solver(const VelocityField& field, const Solver& solver, PointsIn x0, double t0, double t1,
                         PointsIn wanted);

/// Every solver at a range of costs: those with steps laid out in advance at 8, 16, 32 and 64 evaluations,
/// the others at relative and absolute tolerances of 1e-2, 1e-3, 1e-4 and 1e-6.
std::vector<Solver> solver_menu();

}  // namespace fm
