// A velocity field with the law it moves: p_t is known in closed form at every time of its domain.
#pragma once

#include "flow/velocity_field.h"

namespace fm {

class ExactField : public VelocityField {
 public:
  /// log_p(n) = log p_t(x_n), (N), in coordinates. t (N) in domain(), x (D, N).
  virtual void log_density(VectorIn t, PointsIn x, VectorOut log_p) const = 0;
  /// score = grad log p_t(x), (D, N).
  virtual void score(VectorIn t, PointsIn x, PointsOut score) const = 0;
};

/// log_density() of points x (D, N) at one time, as (N), on all threads.
Vector log_densities(const ExactField& field, double t, PointsIn x);

}  // namespace fm
