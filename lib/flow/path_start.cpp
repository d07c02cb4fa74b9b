#include "flow/path_start.h"

#include <Eigen/LU>

namespace fm {

namespace {

bool starts_at_source(const SchedulerValue& s) {
  return s.alpha == 0 && s.sigma == 1;
}

/// x = A x, column by column and term by term: products of blocks may round by a column's place in them.
void apply(const Points& a, PointsOut x) {
  Vector product(x.rows());
  for (Index n = 0; n < x.cols(); ++n) {
    product.setZero();
    for (Index j = 0; j < x.rows(); ++j) product += x(j, n) * a.col(j);
    x.col(n) = product;
  }
}

}  // namespace

PathStart path_start(const Moments& moments, const Scheduler& scheduler) {
  const SchedulerValue s = scheduler_at(scheduler, 0);
  if (starts_at_source(s)) return {};
  // The target predicted from the source alone: the pair (x, y) = (x0, x1).
  const AffineVelocity x1 = best_affine_velocity(moments, SchedulerValue{0, 1, 1, 0});
  const Index dim = moments.mean0.size();
  return {s.alpha * (x1.mean_u - x1.slope * x1.mean_x),
          s.sigma * Points::Identity(dim, dim) + s.alpha * x1.slope};
}

PathStart independent_start(const Vector& mean1, const Scheduler& scheduler) {
  const SchedulerValue s = scheduler_at(scheduler, 0);
  if (starts_at_source(s)) return {};
  return {s.alpha * mean1, s.sigma * Points::Identity(mean1.size(), mean1.size())};
}

void leave_source(const PathStart& start, PointsOut x) {
  if (start.shift.size() == 0) return;
  apply(start.slope, x);
  x.colwise() += start.shift;
}

void return_to_source(const PathStart& start, PointsOut x) {
  if (start.shift.size() == 0) return;
  x.colwise() -= start.shift;
  apply(start.slope.inverse(), x);
}

double log_volume(const PathStart& start) {
  if (start.shift.size() == 0) return 0;
  return start.slope.partialPivLu().matrixLU().diagonal().cwiseAbs().array().log().sum();
}

}  // namespace fm
