// A field that counts: how many points it has been evaluated at.
#pragma once

#include <atomic>
#include <cstdint>

#include "flow/velocity_field.h"

namespace fm {

/// `field`, which must outlive this, with a count of its evaluations.
class CountingField final : public VelocityField {
 public:
  explicit CountingField(const VelocityField& field) : field_(field) {}

  Index dim() const override { return field_.dim(); }
  TimeDomain domain() const override { return field_.domain(); }
  Scheduler scheduler() const override { return field_.scheduler(); }
  void evaluate(VectorIn t, PointsIn x, PointsOut v) const override {
    points_ += x.cols();
    field_.evaluate(t, x, v);
  }
  void endpoint(PointsIn x, PointsOut x1) const override { field_.endpoint(x, x1); }

  std::int64_t points() const { return points_; }

 private:
  const VelocityField& field_;
  mutable std::atomic<std::int64_t> points_ = 0;
};

}  // namespace fm
