// Fields with known solutions, and fields that go wrong, for tests of solvers.
#pragma once

#include <cmath>
#include <functional>
#include <utility>

#include "core/error.h"
#include "flow/moments.h"
#include "flow/path.h"
#include "flow/velocity_field.h"

namespace fm {

/// A field from a function of one time and one point, which refuses times outside its domain; with a
/// derivative if its Jacobian (D, D) is given.
class FunctionField : public VelocityField {
 public:
  using Function = std::function<Vector(double, const Vector&)>;
  using Jacobian = std::function<Points(double, const Vector&)>;
  FunctionField(Index dim, Function function, TimeDomain domain = {}, Jacobian jacobian = nullptr)
      : dim_(dim), function_(std::move(function)), jacobian_(std::move(jacobian)), domain_(domain) {}

  Index dim() const override { return dim_; }
  TimeDomain domain() const override { return domain_; }
  void evaluate(VectorIn t, PointsIn x, PointsOut v) const override {
    for (Index n = 0; n < x.cols(); ++n) {
      if (!(t(n) >= domain_.begin && t(n) <= domain_.end))
        throw numeric_error("time-domain", "asked outside");
      v.col(n) = function_(t(n), x.col(n));
    }
  }
  void tangent(VectorIn t, PointsIn x, PointsIn dx, PointsOut v, PointsOut dv) const override {
    if (!jacobian_) return VelocityField::tangent(t, x, dx, v, dv);
    evaluate(t, x, v);
    for (Index n = 0; n < x.cols(); ++n) dv.col(n) = jacobian_(t(n), x.col(n)) * dx.col(n);
  }
  /// Twice the point: easily told from anything a solver does.
  void endpoint(PointsIn x, PointsOut x1) const override { x1 = 2 * x; }

 private:
  Index dim_;
  Function function_;
  Jacobian jacobian_;
  TimeDomain domain_;
};

/// Radius by the logistic law, angle at rising speed: d|x|/dt = |x| (1 - |x|^2), d angle/dt = 1 + t.
/// Neither linear nor free of t.
inline FunctionField whirl(TimeDomain domain = {}) {
  return {2,
          [](double t, const Vector& x) -> Vector {
            const double grow = 1 - x.squaredNorm(), turn = 1 + t;
            return Vector{{grow * x(0) - turn * x(1), grow * x(1) + turn * x(0)}};
          },
          domain,
          [](double t, const Vector& x) -> Points {
            const double grow = 1 - x.squaredNorm(), turn = 1 + t;
            return Points{{grow, -turn}, {turn, grow}} - 2 * x * x.transpose();
          }};
}

/// Where the whirl carries x (2) from t0 to t1.
inline Vector whirled(const Vector& x, double t0, double t1) {
  const double r0 = x.norm(), angle = std::atan2(x(1), x(0)) + (t1 - t0) + (t1 * t1 - t0 * t0) / 2;
  const double r1 = 1 / std::sqrt(1 + (1 / (r0 * r0) - 1) * std::exp(-2 * (t1 - t0)));
  return Vector{{r1 * std::cos(angle), r1 * std::sin(angle)}};
}

/// log |det| of the Jacobian of the map whirled(., t0, t1) at x: with radius r -> R it is R dR / (r dr), and
/// dR/dr = (R / r)^3 exp(-2 (t1 - t0)).
inline double whirl_log_volume(const Vector& x, double t0, double t1) {
  return 4 * std::log(whirled(x, t0, t1).norm() / x.norm()) - 2 * (t1 - t0);
}

/// The best affine velocity of given moments: exact between Gaussians. Where a path is infinitely fast at t =
/// 1 its domain ends at a noise of a millionth, which the last step leaves alone.
class AffineField final : public VelocityField {
 public:
  AffineField(Moments moments, Scheduler scheduler) : moments_(std::move(moments)), scheduler_(scheduler) {}
  Index dim() const override { return moments_.mean0.size(); }
  TimeDomain domain() const override {
    return {0, scheduler_domain(scheduler_).end == 1 ? 1 : time_of_snr(scheduler_, 1e6)};
  }
  void endpoint(PointsIn x, PointsOut x1) const override { x1 = x; }
  Scheduler scheduler() const override { return scheduler_; }
  void evaluate(VectorIn t, PointsIn x, PointsOut v) const override {
    for (Index n = 0; n < x.cols(); ++n) {
      const AffineVelocity affine = best_affine_velocity(moments_, scheduler_, t(n));
      v.col(n) = affine.mean_u + affine.slope * (x.col(n) - affine.mean_x);
    }
  }
  void tangent(VectorIn t, PointsIn x, PointsIn dx, PointsOut v, PointsOut dv) const override {
    evaluate(t, x, v);
    for (Index n = 0; n < x.cols(); ++n)
      dv.col(n) = best_affine_velocity(moments_, scheduler_, t(n)).slope * dx.col(n);
  }

 private:
  Moments moments_;
  Scheduler scheduler_;
};

/// The conditional field of one target point, for t < 1.
class ConditionalField final : public VelocityField {
 public:
  ConditionalField(Vector x1, Scheduler scheduler) : x1_(std::move(x1)), scheduler_(scheduler) {}
  Index dim() const override { return x1_.size(); }
  Scheduler scheduler() const override { return scheduler_; }
  void evaluate(VectorIn t, PointsIn x, PointsOut v) const override {
    conditional_velocity(scheduler_, t, x, x1_.replicate(1, x.cols()), v);
  }

 private:
  Vector x1_;
  Scheduler scheduler_;
};

}  // namespace fm
