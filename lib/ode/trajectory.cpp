#include "ode/trajectory.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "ode/integrate.h"

namespace fm {

Trajectories trace(const VelocityField& field, const Solver& solver, PointsIn x0, const Vector& times,
                   bool with_velocity, std::int64_t first_point) {
  const Times split = split_times(field, times);
  Integrated run = integrate_all(field, solver, x0, split.inside, first_point);
  Trajectories paths;
  paths.x.emplace_back(x0);
  std::move(run.x.begin(), run.x.end(), std::back_inserter(paths.x));
  paths.evaluations = std::move(run.evaluations);
  if (with_velocity)
    for (Index k = 0; k < split.inside.size(); ++k)
      paths.v.push_back(velocities(field, split.inside(k), paths.x[static_cast<std::size_t>(k)]));
  if (!split.last_step) return paths;
  Points end = last_step(field, paths.x.back());
  paths.before_last_step = paths.x.back();
  if (split.inside.size() == times.size()) {
    paths.x.back() = std::move(end);
    return paths;
  }
  // The domain's end was asked for, too: it keeps its place, and t = 1 comes after it.
  paths.x.push_back(std::move(end));
  if (with_velocity) paths.v.push_back(paths.v.back());
  return paths;
}

}  // namespace fm
