#include "model/preconditioner.h"

#include <algorithm>
#include <cmath>

namespace fm {

namespace {

constexpr Index intervals =
    64;  // knots cost D^2 doubles each; the moments vary on the scale of the whole interval
constexpr double clip_at = 4;  // beyond 4 standard deviations training sees no points

/// z / (1 + (z/c)^4)^(1/4): slope 1 at 0, 0.999 z at z = 1, +-c at infinity.
double clipped(double z) {
  const double square = z * z / (clip_at * clip_at);
  return z / std::sqrt(std::sqrt(1 + square * square));
}

double clipped_slope(double z) {
  const double square = z * z / (clip_at * clip_at), root = std::sqrt(std::sqrt(1 + square * square));
  return 1 / ((1 + square * square) * root);
}

}  // namespace

Preconditioner::Preconditioner(const Moments& moments, const Scheduler& scheduler)
    : dim_(moments.mean0.size()) {
  for (Index k = 0; k <= intervals; ++k) {
    const double t = static_cast<double>(k) / intervals;
    const AffineVelocity affine = best_affine_velocity(moments, scheduler, t);
    knots_.push_back(
        {affine.mean_x, affine.std_x.cwiseInverse(), affine.mean_u, affine.residual_std, affine.slope});
  }
}

Preconditioner::Between Preconditioner::between(double t) const {
  const double position = std::clamp(t, 0.0, 1.0) * intervals;
  const Index k = std::min(static_cast<Index>(position), intervals - 1);
  const double w1 = position - static_cast<double>(k);
  return {knots_[static_cast<std::size_t>(k)], knots_[static_cast<std::size_t>(k) + 1], 1 - w1, w1};
}

void Preconditioner::prepare(VectorIn t, PointsIn x, Block<float>& input, PointsOut base,
                             PointsOut scale) const {
  for (Index n = 0; n < x.cols(); ++n) {
    const auto [a, b, w0, w1] = between(t(n));
    for (Index d = 0; d < dim_; ++d) {
      base(d, n) = w0 * a.mean_u(d) + w1 * b.mean_u(d);
      scale(d, n) = w0 * a.residual_std(d) + w1 * b.residual_std(d);
    }
    for (Index j = 0; j < dim_; ++j) {
      const double offset = x(j, n) - (w0 * a.mean_x(j) + w1 * b.mean_x(j));
      input(j, n) = static_cast<float>(clipped(offset * (w0 * a.inverse_std_x(j) + w1 * b.inverse_std_x(j))));
      for (Index d = 0; d < dim_; ++d) base(d, n) += offset * (w0 * a.slope(d, j) + w1 * b.slope(d, j));
    }
  }
  pad(input, x.cols());
}

void Preconditioner::tangent(VectorIn t, PointsIn x, PointsIn dx, Block<float>& d_input,
                             PointsOut d_base) const {
  d_base.setZero();
  for (Index n = 0; n < x.cols(); ++n) {
    const auto [a, b, w0, w1] = between(t(n));
    for (Index j = 0; j < dim_; ++j) {
      const double inverse_std = w0 * a.inverse_std_x(j) + w1 * b.inverse_std_x(j);
      const double z = (x(j, n) - (w0 * a.mean_x(j) + w1 * b.mean_x(j))) * inverse_std;
      d_input(j, n) = static_cast<float>(clipped_slope(z) * inverse_std * dx(j, n));
      for (Index d = 0; d < dim_; ++d) d_base(d, n) += dx(j, n) * (w0 * a.slope(d, j) + w1 * b.slope(d, j));
    }
  }
  pad(d_input, x.cols());
}

void Preconditioner::pad(Block<float>& input, Index points) const {
  for (Index d = 0; d < dim_; ++d) std::fill(input.row(d) + points, input.row(d) + block_points, 0.0f);
}

}  // namespace fm
