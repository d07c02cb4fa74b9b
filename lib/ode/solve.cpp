#include "ode/solve.h"

#include <utility>

#include "ode/integrate.h"

namespace fm {

Solution solve(const VelocityField& field, const Solver& solver, PointsIn x0, double t0, double t1,
               std::int64_t first_point) {
  const Times times = split_times(field, Vector{{t0, t1}});
  Integrated run = integrate_all(field, solver, x0, times.inside, first_point);
  Solution solution;
  solution.x = run.x.empty() ? Points(x0) : std::move(run.x.back());
  solution.evaluations = std::move(run.evaluations);
  solution.error = std::move(run.error);
  solution.t_end = times.inside(times.inside.size() - 1);
  if (times.last_step) solution.x = last_step(field, solution.x);
  return solution;
}

}  // namespace fm
