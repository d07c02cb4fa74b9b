#include "ode/solve.h"

#include <algorithm>

#include "core/error.h"
#include "core/parallel.h"
#include "core/text.h"
#include "ode/integrate.h"

namespace fm {

namespace {

/// Points that are integrated together: wide enough for the network's blocks, small enough that all stages
/// stay in cache.
constexpr Index chunk_points = 512;

/// Times split at the end of the field's domain.
struct Times {
  Vector inside;   // those in the domain, and its end if the last one lies beyond
  bool last_step;  // the exact last step to t = 1 follows
};

Times split_times(const VelocityField& field, const Vector& times) {
  const TimeDomain domain = field.domain();
  const Index count = times.size();
  const auto out = [&](double t) { return !(t >= domain.begin && t <= domain.end); };
  for (Index k = 0; k < count; ++k) {
    const bool last_step = k + 1 == count && k > 0 && times(k) == 1;
    if (out(times(k)) && !last_step)
      throw numeric_error("time-domain",
                          "the field is defined for t in [" + shortest(domain.begin) + ", " +
                              shortest(domain.end) + "], not at t = " + shortest(times(k)),
                          times(k) == 1 ? "paths can end at t = 1, but not start there" : "");
  }
  if (!out(times(count - 1))) return {times, false};
  Times split{times, true};
  split.inside(count - 1) = domain.end;
  if (times(count - 2) == domain.end) split.inside.conservativeResize(count - 1);
  return split;
}

/// Integrates all columns over `times` in chunks; outputs[k] (D, N) at times(k + 1). One time: nothing to do.
void integrate_all(const VelocityField& field, const Solver& solver, PointsIn x0, const Vector& times,
                   std::int64_t first_point, std::vector<Points>& outputs,
                   std::vector<std::int64_t>& evaluations, Vector& error) {
  outputs.assign(static_cast<std::size_t>(times.size() - 1), Points(x0.rows(), x0.cols()));
  evaluations.assign(static_cast<std::size_t>(x0.cols()), 0);
  error = Vector::Zero(x0.cols());
  if (times.size() == 1) return;
  parallel_chunks(x0.cols(), chunk_points, [&](Index begin, Index end, Index) {
    const Integration run{
        field,       times, x0.middleCols(begin, end - begin), begin, first_point + begin, outputs,
        evaluations, error};
    std::visit([&](const auto& member) { integrate(run, member); }, solver);
  });
}

/// The field's last step, in parallel.
Points last_step(const VelocityField& field, const Points& x) {
  Points x1(x.rows(), x.cols());
  parallel_chunks(x.cols(), chunk_points, [&](Index begin, Index end, Index) {
    field.endpoint(x.middleCols(begin, end - begin), x1.middleCols(begin, end - begin));
  });
  return x1;
}

Points velocities(const VelocityField& field, double t, const Points& x) {
  Points v(x.rows(), x.cols());
  parallel_chunks(x.cols(), chunk_points, [&](Index begin, Index end, Index) {
    field.evaluate(Vector::Constant(end - begin, t), x.middleCols(begin, end - begin),
                   v.middleCols(begin, end - begin));
  });
  return v;
}

}  // namespace

Solution solve(const VelocityField& field, const Solver& solver, PointsIn x0, double t0, double t1,
               std::int64_t first_point) {
  const Times times = split_times(field, Vector{{t0, t1}});
  std::vector<Points> outputs;
  Solution solution;
  integrate_all(field, solver, x0, times.inside, first_point, outputs, solution.evaluations, solution.error);
  solution.t_end = times.inside(times.inside.size() - 1);
  solution.x = outputs.empty() ? Points(x0) : std::move(outputs.back());
  if (times.last_step) solution.x = last_step(field, solution.x);
  return solution;
}

Trajectories trace(const VelocityField& field, const Solver& solver, PointsIn x0, const Vector& times,
                   bool with_velocity, std::int64_t first_point) {
  const Times split = split_times(field, times);
  Trajectories paths;
  Vector error;
  integrate_all(field, solver, x0, split.inside, first_point, paths.x, paths.evaluations, error);
  paths.x.insert(paths.x.begin(), x0);
  if (with_velocity)
    for (Index k = 0; k < split.inside.size(); ++k)
      paths.v.push_back(velocities(field, split.inside(k), paths.x[static_cast<std::size_t>(k)]));
  if (split.last_step) {
    const Points end = last_step(field, paths.x.back());
    if (split.inside.size() == times.size()) {
      paths.x.back() = end;
    } else {
      paths.x.push_back(end);
      if (with_velocity) paths.v.push_back(paths.v.back());
    }
  }
  return paths;
}

}  // namespace fm
