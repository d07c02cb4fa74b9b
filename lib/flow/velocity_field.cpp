#include "flow/velocity_field.h"

#include <cmath>

#include "core/error.h"
#include "flow/conversion.h"

namespace fm {

void check_score(const VelocityField& field) {
  if (!field.knows_score())
    throw usage_error(
        "score-unknown",
        "this field does not tell the score: its source is not a normal law that is "
        "independent of the target, or its noise is not the same for all rows",
        "train with --coupling independent from the normal source on an affine path, or with --path bridge");
}

void VelocityField::tangent(VectorIn, PointsIn, PointsIn, PointsOut, PointsOut) const {
  throw numeric_error("no-derivative", "this field has no derivative");
}

void VelocityField::tangents(VectorIn t, PointsIn x, PointsIn dx, PointsOut v, PointsOut dv) const {
  const Index dim = x.rows();
  for (Index row = 0; row < dx.rows(); row += dim)
    tangent(t, x, dx.middleRows(row, dim), v, dv.middleRows(row, dim));
}

void VelocityField::divergence(VectorIn t, PointsIn x, PointsOut v, VectorOut div) const {
  Points axis = Points::Zero(x.rows(), x.cols()), dv(x.rows(), x.cols());
  div.setZero();
  for (Index d = 0; d < path_rows(); ++d) {
    axis.row(d).setOnes();
    tangent(t, x, axis, v, dv);
    div += dv.row(d).transpose();
    axis.row(d).setZero();
  }
}

namespace {

void ends_from_velocity(const VelocityField& field, VectorIn t, PointsIn x, PointsOut x1, PointsOut x0) {
  Points v(x.rows(), x.cols());
  field.evaluate(t, x, v);
  const Index rows = field.path_rows();
  for (Index n = 0; n < x.cols(); ++n) {
    const SchedulerValue s = scheduler_at(field.scheduler(), t(n));
    x1.col(n).head(rows) = x1_from_velocity(s, x.col(n).head(rows), v.col(n).head(rows));
    x0.col(n).head(rows) = x0_from_velocity(s, x.col(n).head(rows), v.col(n).head(rows));
  }
}

}  // namespace

void VelocityField::predict(VectorIn t, PointsIn x, PointsOut x1, PointsOut x0, PointsOut noise) const {
  check_score(*this);
  ends_from_velocity(*this, t, x, x1, x0);
  noise = x0;
}

void VelocityField::predict_ends(VectorIn t, PointsIn x, PointsOut x1, PointsOut x0) const {
  if (std::holds_alternative<Noiseless>(noise())) return ends_from_velocity(*this, t, x, x1, x0);
  Points z(x.rows(), x.cols());
  predict(t, x, x1, x0, z);
}

void VelocityField::step_law(double t, double t_new, PointsIn x, const KeptNoise& kept, PointsOut mean,
                             VectorOut std) const {
  Points x0(x.rows(), x.cols()), z(x.rows(), x.cols());
  predict(Vector::Constant(x.cols(), t), x, mean, x0, z);
  const SchedulerValue s = scheduler_at(scheduler(), t_new);
  const double noise_new = noise_std(noise(), scheduler(), t_new), keep = kept(noise());
  // Of SourceNoise, the source is the noise and no part of the centre.
  const double source = std::holds_alternative<BridgeNoise>(noise()) ? s.sigma : 0;
  for (Index n = 0; n < x.cols(); ++n)
    for (Index d = 0; d < path_rows(); ++d)
      mean(d, n) = s.alpha * mean(d, n) + source * x0(d, n) + noise_new * keep * z(d, n);
  std.setConstant(noise_new * std::sqrt(1 - keep * keep));
}

void VelocityField::endpoint(PointsIn, PointsOut) const {
  throw numeric_error("no-endpoint", "this field reaches t = 1 by itself and has no last step");
}

}  // namespace fm
