// Classifier-free guidance: a field that knows the law of the points with and without their condition is
// followed beyond the condition, or not so far.
//   v = v_uncond + w (v_cond - v_uncond)
// w = 1 is the conditional field itself, w = 0 the unconditional one; larger w trades variety for agreement
// with the condition, and what is drawn follows no law p(x | c) any more. Outside an interval of times w = 1:
// Kynkaanniemi et al. 2024, arXiv:2404.07724. Source: Ho and Salimans 2022, arXiv:2207.12598 (whose w is ours
// less 1); for flows Zheng et al. 2023, arXiv:2311.13443.
#pragma once

#include <memory>
#include <string>

#include "flow/velocity_field.h"

namespace fm {

struct Guidance {
  double scale = 1;           ///< w
  double begin = 0, end = 1;  ///< times of w; else 1

  double at(double t) const { return t >= begin && t <= end ? scale : 1; }
  /// Whether the unconditional field is needed, and whether the condition is.
  bool needs_unconditional() const { return scale != 1; }
  bool needs_condition() const { return scale != 0 || begin > 0 || end < 1; }
};

/// Reads "W" or "W@T0:T1", 0 <= T0 < T1 <= 1. Throws usage error "guidance".
Guidance parse_guidance(const std::string& text);

/// `field`, whose still rows are the condition, under guidance. Still rows of zeros mean no condition.
class GuidedField final : public VelocityField {
 public:
  GuidedField(std::unique_ptr<const VelocityField> field, const Guidance& guidance)
      : field_(std::move(field)), guidance_(guidance) {}

  Index dim() const override { return field_->dim(); }
  Index path_rows() const override { return field_->path_rows(); }
  Index still_rows() const override { return field_->still_rows(); }
  TimeDomain domain() const override { return field_->domain(); }
  PathStart start() const override { return field_->start(); }
  Scheduler scheduler() const override { return field_->scheduler(); }
  /// That of the field: under guidance its score is s_uncond + w (s_cond - s_uncond).
  PathNoise noise() const override { return field_->noise(); }
  void evaluate(VectorIn t, PointsIn x, PointsOut v) const override;
  void tangent(VectorIn t, PointsIn x, PointsIn dx, PointsOut v, PointsOut dv) const override;
  void tangents(VectorIn t, PointsIn x, PointsIn dx, PointsOut v, PointsOut dv) const override;
  void divergence(VectorIn t, PointsIn x, PointsOut v, VectorOut div) const override;
  /// Predictions are affine in v with fixed coefficients, so they are guided in the same way.
  void predict(VectorIn t, PointsIn x, PointsOut x1, PointsOut x0, PointsOut noise) const override;
  void predict_ends(VectorIn t, PointsIn x, PointsOut x1, PointsOut x0) const override;
  void endpoint(PointsIn x, PointsOut x1) const override;

 private:
  /// x without conditions.
  Points unconditional(PointsIn x) const;
  /// values = others + w (values - others), column by column.
  void guide(VectorIn t, PointsIn others, PointsOut values) const;

  std::unique_ptr<const VelocityField> field_;
  Guidance guidance_;
};

}  // namespace fm
