// A field on the path of another scheduler than the one it was made for, without new training. Both paths
// pass the same signal-to-noise ratios: at the time t(r) where the field's own is that of the new path at r,
// the points of the two differ by a factor only, x_bar = c_r x with c_r = rho_bar_r / rho_t, and
//   u_bar_r(x) = (c_dot_r / c_r) x + c_r t_dot_r u_{t(r)}(x / c_r).
// In polar form (flow/scheduler.h): u_bar_r(x) = d_log_rho_bar x + c_r (d_theta_bar / d_theta) (u_{t(r)}(x /
// c_r) - d_log_rho x / c_r), since w, what the field knows, is the same for both. Source: Lipman et al. 2024,
// arXiv:2412.06264 (post-training scheduler change); Karras et al. 2022, arXiv:2206.00364.
#pragma once

#include <memory>

#include "flow/scheduler.h"
#include "flow/velocity_field.h"

namespace fm {

class RescheduledField final : public VelocityField {
 public:
  /// `field` follows the path of `own` between pairs of these moments.
  RescheduledField(std::unique_ptr<const VelocityField> field, const Scheduler& own,
                   const Scheduler& scheduler, const Moments& moments);

  Index dim() const override { return field_->dim(); }

  /// [0, 1] as far as the new path is neither cleaner than the field's domain reaches nor infinitely fast. It
  /// ends where the field's domain does, for vp and linear-vp at a noise of a thousandth if that comes first;
  /// the exact last step follows. Where the new path is noisier than the field's domain reaches (vp begins at
  /// a signal-to-noise ratio of .0066, ve at .02), w is taken to be that of the field's begin at the same x /
  /// rho.
  TimeDomain domain() const override { return {0, end_}; }
  PathStart start() const override { return start_; }
  Scheduler scheduler() const override { return scheduler_; }
  Index path_rows() const override { return field_->path_rows(); }
  Index still_rows() const override { return field_->still_rows(); }
  /// That of the field: both paths are made of the same pairs.
  PathNoise noise() const override { return field_->noise(); }
  void evaluate(VectorIn t, PointsIn x, PointsOut v) const override;
  void tangent(VectorIn t, PointsIn x, PointsIn dx, PointsOut v, PointsOut dv) const override;
  void divergence(VectorIn t, PointsIn x, PointsOut v, VectorOut div) const override;
  /// E[x1 | x_t] by the field.
  void endpoint(PointsIn x, PointsOut x1) const override;

 private:
  /// u_bar(x) = linear x + factor u_time(inverse_scale x).
  struct Place {
    double time, inverse_scale, linear, factor;
  };
  double inner_time(double r) const;
  Place place(double r) const;
  /// v: from that of the inner field to that of this one at x; both (D).
  void set_velocity(const Place& at, VectorIn x, VectorOut v) const;
  /// Places of the times t (N), and the points x (D, N) there.
  struct Batch {
    std::vector<Place> places;
    Vector times;   // (N)
    Points points;  // (D, N)
  };
  Batch batch(VectorIn t, PointsIn x) const;

  std::unique_ptr<const VelocityField> field_;
  Scheduler own_, scheduler_;
  PathStart start_;
  TimeDomain inner_;  // times of the field that are used
  double end_;
};

}  // namespace fm
