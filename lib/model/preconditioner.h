// Preconditioning of the network by the moments of the path: at every time its inputs and its regression
// target have unit variance, and what an affine map can know is not left to the network. This never changes
// what the field means.
//   v(t, x) = v_lin(t, x) + r_t F(z, t),   z = clip((x - m_t) / s_t)
// v_lin is the best affine velocity, m_t and s_t mean and standard deviation of x_t, r_t the standard
// deviation of u_t - v_lin (all per column; flow/moments.h). clip(z) = z / (1 + (z/c)^4)^(1/4) is nearly the
// identity on the bulk and keeps the network on inputs it has seen.
#pragma once

#include <vector>

#include "core/types.h"
#include "flow/moments.h"
#include "flow/scheduler.h"
#include "nn/block.h"

namespace fm {

class Preconditioner {
 public:
  Preconditioner() = default;  // of dimension 0
  Preconditioner(const Moments& moments, const Scheduler& scheduler);

  Index dim() const { return dim_; }

  /// Rows 0, ..., D-1 of `input` become z of the points x (D, N) at t (N), N <= block_points; the other
  /// columns 0. base (D, N) becomes v_lin, scale (D, N) becomes r_t.
  void prepare(VectorIn t, PointsIn x, Block<float>& input, PointsOut base, PointsOut scale) const;

  /// How both move with x along dx (D, N): rows 0, ..., D-1 of `d_input` become dz, d_base (D, N) the change
  /// of v_lin. r_t does not depend on x.
  void tangent(VectorIn t, PointsIn x, PointsIn dx, Block<float>& d_input, PointsOut d_base) const;

 private:
  /// What is needed at one time. Between two knots everything is interpolated linearly: a preconditioner may
  /// be any fixed function of t and x, so this costs no accuracy of the field.
  struct Knot {
    Vector mean_x, inverse_std_x, mean_u, residual_std;  // (D)
    Points slope;                                        // (D, D), v_lin = mean_u + slope (x - mean_x)
  };
  /// Two neighbouring knots and their weights at one time.
  struct Between {
    const Knot &a, &b;
    double w0, w1;
  };
  Between between(double t) const;
  /// Zeros behind the first `points` columns of the rows of the point.
  void pad(Block<float>& input, Index points) const;

  Index dim_ = 0;
  std::vector<Knot> knots_;
};

}  // namespace fm
