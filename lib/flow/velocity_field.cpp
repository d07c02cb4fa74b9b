#include "flow/velocity_field.h"

#include "core/error.h"

namespace fm {

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
  for (Index d = 0; d < x.rows(); ++d) {
    axis.row(d).setOnes();
    tangent(t, x, axis, v, dv);
    div += dv.row(d).transpose();
    axis.row(d).setZero();
  }
}

void VelocityField::endpoint(PointsIn, PointsOut) const {
  throw numeric_error("no-endpoint", "this field reaches t = 1 by itself and has no last step");
}

}  // namespace fm
