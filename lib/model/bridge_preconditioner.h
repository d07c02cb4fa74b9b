// The preconditioner (model/preconditioner.h) of a bridge path x_t = mu_t + c_t z, c_t = std sqrt(t (1 - t)):
// a network with two outputs a column, F and G, on the standardised point predicts
//   w = E[x1 - x0 | x_t = x] = w_lin(t, x) + r_t F,
//   q = -score(t, x)         = C_t^{-1} (x - m_t) + G / d_t,
// m_t, C_t mean and covariance of x_t, d_t its standard deviations, w_lin the best affine prediction and r_t
// its error, per column. Both are finite at both ends, and so is what follows:
//   velocity v = w + (1 - 2t) std^2 / 2 q,   E[z | x_t = x] = c_t q,   E[mu_t | x_t = x] = x - c_t^2 q.
// For jointly normal pairs F = G = 0. Source of the two regressions: Tong et al. 2024, arXiv:2307.03672.
#pragma once

#include <vector>

#include "core/types.h"
#include "flow/moments.h"
#include "nn/block.h"

namespace fm {

class BridgePreconditioner {
 public:
  /// moments: of the pairs, without noise.
  BridgePreconditioner(const Moments& moments, double bridge_std);

  double bridge_std() const { return bridge_std_; }

  /// Inputs as of Preconditioner::prepare; base and scale (2D, N): (w; q) = base + scale (F; G). With
  /// `as_targets` those of what training regresses, (x1 - x0; std z) (flow/conditional_path.h), of which q is
  /// multiplied by std c_t.
  void prepare(VectorIn t, PointsIn x, Block<float>& input, PointsOut base, PointsOut scale,
               bool as_targets) const;
  /// See Preconditioner::tangent; d_base (2D, N) that of (w; q).
  void tangent(VectorIn t, PointsIn x, PointsIn dx, Block<float>& d_input, PointsOut d_base) const;
  /// weight (2D): 1 for errors of F; errors of G count as those of z, so nothing where there is no noise.
  void loss_weight(double t, VectorOut weight) const;

 private:
  /// Everything at one time; interpolated linearly between two knots.
  struct Knot {
    Vector mean_x, inverse_std_x, mean_w, residual_std;  // (D)
    Points slope, precision;                             // (D, D)
  };
  struct Between {
    const Knot &a, &b;
    double w0, w1;
  };
  Between between(double t) const;
  double noise(double t) const;

  double bridge_std_;
  std::vector<Knot> knots_;
};

}  // namespace fm
