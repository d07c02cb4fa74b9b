// Preconditioning of the network by the moments of the path: at every time its inputs and its regression
// target have unit variance, and what an affine map can know is not left to the network. This never changes
// what the field means.
//
// In polar form (flow/scheduler.h) a point is z = x / rho and all that is unknown about its pair is w; both
// depend on the time through the angle theta alone, whatever the scheduler. The network F adds to the best
// affine prediction of w, in units of its error:
//   w(t, x) = w_lin(theta, z) + s_theta F(clip((z - m_theta) / d_theta))
// m_theta and d_theta mean and standard deviation of z, s_theta that of w - w_lin (all per column;
// flow/moments.h). clip(a) = a / (1 + (a/c)^4)^(1/4) is nearly the identity on the bulk and keeps the network
// on inputs it has seen. Every prediction follows without a division by alpha or sigma, so that all have
// finite limits at both ends:
//   velocity = d_log_rho x + rho d_theta w,   x1 = sin(theta) z + cos(theta) w,   x0 = cos(theta) z -
//   sin(theta) w
// So y = y_lin + r_t F for every one of them, with its own best affine prediction y_lin and error r_t, and
// the same F (for x0 with the other sign).
#pragma once

#include <array>
#include <optional>
#include <utility>
#include <vector>

#include "core/types.h"
#include "flow/conditional_path.h"
#include "flow/moments.h"
#include "flow/path_start.h"
#include "flow/scheduler.h"
#include "flow/time_domain.h"
#include "model/bridge_preconditioner.h"
#include "nn/block.h"

namespace fm {

/// What the network regresses. Training minimises the mean square of
///   velocity  (v - u_t) / r_t: errors in units of the affine prediction's own at that time, because without
///             units the loss is infinite for vp and linear-vp
///   x1        (xh1 - x1) / r, r the root mean square of r_t over time: every error of x1 counts the same, so
///             early times count more. Source: x-prediction, Ho et al. 2020, arXiv:2006.11239
///   x0        (xh0 - x0) / r: so late times count more. Source: the noise prediction of the same paper
/// The field is the same function of the network for all three.
enum class Prediction { velocity, x1, x0 };
constexpr auto enum_names(Prediction) {
  return std::array{std::pair{Prediction::velocity, "velocity"}, std::pair{Prediction::x1, "x1"},
                    std::pair{Prediction::x0, "x0"}};
}

class Preconditioner {
 public:
  Preconditioner() = default;  // of dimension 0
  Preconditioner(const Moments& moments, const Scheduler& scheduler,
                 Prediction prediction = Prediction::velocity, const ConditionalPath& path = AffinePath{});

  Index dim() const { return dim_; }
  /// Outputs M of the network: D, and for a bridge path 2D.
  Index outputs() const { return bridge_ ? 2 * dim_ : dim_; }
  /// That of a bridge path, or none.
  const std::optional<BridgePreconditioner>& bridge() const { return bridge_; }
  /// Of the path whose moments these are.
  const Scheduler& scheduler() const { return scheduler_; }

  /// Where the network is trained and used: [0, 1]; for vp and linear-vp, whose conditional velocity is
  /// infinite at t = 1, up to where sigma / alpha is a thousandth of the target's standard deviation (root
  /// mean square over the columns), or of the source if that is smaller: the last step x1 = E[x1 | x_t] from
  /// there is then right to a millionth of the variance.
  TimeDomain domain() const { return domain_; }
  const PathStart& start() const { return start_; }

  /// Rows 0, ..., D-1 of `input` become the network's inputs for the points x (D, N) at t (N), N <=
  /// block_points; the other columns 0. base (M, N) becomes v_lin, scale (M, N) becomes r_t: v = base + scale
  /// F. For a bridge path, those of what training regresses in place of v.
  void prepare(VectorIn t, PointsIn x, Block<float>& input, PointsOut base, PointsOut scale) const;

  /// How both move with x along dx (D, N): rows 0, ..., D-1 of `d_input` become the change of the inputs,
  /// d_base (D, N) that of v_lin. r_t does not depend on x. For a bridge path see BridgePreconditioner.
  void tangent(VectorIn t, PointsIn x, PointsIn dx, Block<float>& d_input, PointsOut d_base) const;

  /// weight (M): of the squared error of F at t, see Prediction.
  void loss_weight(double t, VectorOut weight) const;

 private:
  /// Of a knot: what is needed at one angle, in this order: mean and inverse standard deviation of z, mean of
  /// w and root mean square of w - w_lin (D each), the slope of w_lin = mean + slope (z - mean) (D, D).
  Index knot_size() const { return dim_ * (4 + dim_); }
  void place_knots(const Moments& moments);
  /// What is needed at one angle. Between two knots everything is interpolated linearly: a preconditioner may
  /// be any fixed function of t and x, so this costs no accuracy of the field.
  struct Needed {
    const double *a, *b;  // the knots
    double w0, w1;
    double operator[](Index i) const { return w0 * a[i] + w1 * b[i]; }
    Needed after(Index i) const { return {a + i, b + i, w0, w1}; }
  };
  Needed needed_at(const PolarValue& polar) const;
  /// The last knot k of first, ..., last with shares_[k] <= share.
  Index last_knot_before(double share, Index first, Index last) const;
  /// Root of loss_weight() times a constant for each column (D).
  void prediction_scale(double t, VectorOut scale) const;
  /// Zeros behind the first `points` columns of the rows of the point.
  void pad(Block<float>& input, Index points) const;

  Index dim_ = 0;
  Scheduler scheduler_;
  Prediction prediction_ = Prediction::velocity;
  TimeDomain domain_;
  PathStart start_;
  std::vector<double> shares_;  // tan(theta) / (1 + tan(theta)) of the knots, rising from 0 to 1
  Points knots_;                // (knot_size(), knots)
  Index extra_at_source_ = 0, extra_at_target_ = 0;  // knots inside the first and the last interval
  std::optional<BridgePreconditioner> bridge_;
  Vector mean_square_;  // (D), of prediction_scale() over time
};

}  // namespace fm
