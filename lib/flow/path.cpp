#include "flow/path.h"

#include "core/error.h"
#include "core/text.h"

namespace fm {

namespace {

/// The coefficients where the path has a speed.
SchedulerValue moving(const Scheduler& scheduler, double t) {
  if (!scheduler_domain(scheduler).contains(t))
    throw numeric_error("time-domain", "at t = " + shortest(t) + " the path has no finite speed");
  return scheduler_at(scheduler, t);
}

/// The coefficients where the flow has an inverse.
SchedulerValue inside(const Scheduler& scheduler, double t) {
  const SchedulerValue s = scheduler_at(scheduler, t);
  if (!(s.sigma > 0))
    throw numeric_error(
        "time-domain",
        "at t = " + shortest(t) + " the conditional flow sends every point to x1 and has no inverse");
  return s;
}

}  // namespace

void path_sample(const Scheduler& scheduler, VectorIn t, PointsIn x0, PointsIn x1, PointsOut xt,
                 PointsOut ut) {
  for (Index n = 0; n < t.size(); ++n) {
    const SchedulerValue s = moving(scheduler, t(n));
    xt.col(n) = s.alpha * x1.col(n) + s.sigma * x0.col(n);
    ut.col(n) = s.d_alpha * x1.col(n) + s.d_sigma * x0.col(n);
  }
}

void conditional_velocity(const Scheduler& scheduler, VectorIn t, PointsIn x, PointsIn x1, PointsOut u) {
  for (Index n = 0; n < t.size(); ++n) {
    const SchedulerValue s = inside(scheduler, t(n));
    u.col(n) = (s.d_sigma / s.sigma) * (x.col(n) - s.alpha * x1.col(n)) + s.d_alpha * x1.col(n);
  }
}

void inverse_flow(const Scheduler& scheduler, VectorIn t, PointsIn x, PointsIn x1, PointsOut x0) {
  for (Index n = 0; n < t.size(); ++n) {
    const SchedulerValue s = inside(scheduler, t(n));
    x0.col(n) = (x.col(n) - s.alpha * x1.col(n)) / s.sigma;
  }
}

}  // namespace fm
