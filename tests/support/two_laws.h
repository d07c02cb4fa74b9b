// A field of points that carry a condition, known in closed form: one still row, 1 where the point follows
// the first of two fields and 0 where it follows the second.
#pragma once

#include "flow/velocity_field.h"

namespace fm {

class TwoLaws final : public VelocityField {
 public:
  /// Both of one dimension and scheduler; must outlive this.
  TwoLaws(const VelocityField& given, const VelocityField& free) : given_(given), free_(free) {}

  Index dim() const override { return given_.dim() + 1; }
  Index path_rows() const override { return given_.dim(); }
  Index still_rows() const override { return 1; }
  TimeDomain domain() const override { return given_.domain(); }
  Scheduler scheduler() const override { return given_.scheduler(); }
  PathNoise noise() const override { return given_.noise(); }

  void evaluate(VectorIn t, PointsIn x, PointsOut v) const override {
    v.setZero();
    for (Index n = 0; n < x.cols(); ++n)
      field(x, n).evaluate(t.segment(n, 1), point(x, n), v.block(0, n, path_rows(), 1));
  }
  void tangent(VectorIn t, PointsIn x, PointsIn dx, PointsOut v, PointsOut dv) const override {
    v.setZero();
    dv.setZero();
    for (Index n = 0; n < x.cols(); ++n)
      field(x, n).tangent(t.segment(n, 1), point(x, n), point(dx, n), v.block(0, n, path_rows(), 1),
                          dv.block(0, n, path_rows(), 1));
  }
  void divergence(VectorIn t, PointsIn x, PointsOut v, VectorOut div) const override {
    v.setZero();
    for (Index n = 0; n < x.cols(); ++n)
      field(x, n).divergence(t.segment(n, 1), point(x, n), v.block(0, n, path_rows(), 1), div.segment(n, 1));
  }

 private:
  const VelocityField& field(PointsIn x, Index n) const { return x(path_rows(), n) == 1 ? given_ : free_; }
  Points point(PointsIn x, Index n) const { return x.block(0, n, path_rows(), 1); }

  const VelocityField &given_, &free_;
};

}  // namespace fm
