#include "model/bridge_preconditioner.h"

#include <Eigen/QR>
#include <algorithm>
#include <cmath>

#include "model/input_clip.h"

namespace fm {

namespace {

constexpr Index intervals = 64;  // as of the affine preconditioner

/// Of a standard deviation against those at both ends: below is rounding, or a constant column.
constexpr double least_share = 1e-6;
/// Of the residual against the prediction's target, as in flow/moments.cpp.
constexpr double least_residual = 1e-3;

/// Standard deviations; that of both ends together where they vanish (1 for a constant column).
Vector deviations(const Vector& variance, const Vector& whole) {
  const Vector root = variance.cwiseMax(0).cwiseSqrt();
  const Vector scale = (whole.array() > 0).select(whole.cwiseSqrt(), 1.0);
  return (root.array() > least_share * scale.array()).select(root, scale);
}

}  // namespace

BridgePreconditioner::BridgePreconditioner(const Moments& m, double bridge_std) : bridge_std_(bridge_std) {
  const Index dim = m.mean0.size();
  const Points sum = m.cov01 + m.cov01.transpose();
  const Points cov_w = m.cov11 + m.cov00 - sum;
  const Vector whole = (m.cov00 + m.cov11).diagonal();
  for (Index k = 0; k <= intervals; ++k) {
    const double t = static_cast<double>(k) / intervals, s = 1 - t, c = noise(t);
    const Points cov_x = t * t * m.cov11 + s * s * m.cov00 + t * s * sum + c * c * Points::Identity(dim, dim);
    const Points cov_wx = t * m.cov11 - s * m.cov00 + s * m.cov01.transpose() - t * m.cov01;
    const Vector inverse_std = deviations(cov_x.diagonal(), whole).cwiseInverse();
    // Inverted as correlations: whether a column counts does not depend on its unit.
    const auto unit = inverse_std.asDiagonal();
    Eigen::CompleteOrthogonalDecomposition<Points> correlations(dim, dim);
    correlations.setThreshold(1e-12);
    correlations.compute(unit * cov_x * unit);
    const Points precision = unit * correlations.pseudoInverse() * unit;
    const Points slope = cov_wx * precision;
    const Vector residual = (cov_w - slope * cov_wx.transpose()).diagonal();
    knots_.push_back(
        {s * m.mean0 + t * m.mean1, inverse_std, m.mean1 - m.mean0,
         residual.cwiseMax(0).cwiseSqrt().cwiseMax(least_residual * deviations(cov_w.diagonal(), whole)),
         slope, precision});
  }
}

BridgePreconditioner::Between BridgePreconditioner::between(double t) const {
  const double position = t * static_cast<double>(intervals);
  const Index k = std::clamp(static_cast<Index>(position), Index{0}, intervals - 1);
  const double w1 = position - static_cast<double>(k);
  return {knots_[static_cast<std::size_t>(k)], knots_[static_cast<std::size_t>(k) + 1], 1 - w1, w1};
}

double BridgePreconditioner::noise(double t) const {
  return bridge_std_ * std::sqrt(t * (1 - t));
}

void BridgePreconditioner::prepare(VectorIn t, PointsIn x, Block<float>& input, PointsOut base,
                                   PointsOut scale, bool as_targets) const {
  const Index dim = x.rows();
  for (Index n = 0; n < x.cols(); ++n) {
    const auto [a, b, w0, w1] = between(t(n));
    const double unit = as_targets ? bridge_std_ * noise(t(n)) : 1;
    for (Index d = 0; d < dim; ++d) {
      base(d, n) = w0 * a.mean_w(d) + w1 * b.mean_w(d);
      base(dim + d, n) = 0;
      scale(d, n) = w0 * a.residual_std(d) + w1 * b.residual_std(d);
      scale(dim + d, n) = unit * (w0 * a.inverse_std_x(d) + w1 * b.inverse_std_x(d));
    }
    for (Index j = 0; j < dim; ++j) {
      const double offset = x(j, n) - (w0 * a.mean_x(j) + w1 * b.mean_x(j));
      input(j, n) = static_cast<float>(offset * (w0 * a.inverse_std_x(j) + w1 * b.inverse_std_x(j)));
      for (Index d = 0; d < dim; ++d) {
        base(d, n) += offset * (w0 * a.slope(d, j) + w1 * b.slope(d, j));
        base(dim + d, n) += unit * offset * (w0 * a.precision(d, j) + w1 * b.precision(d, j));
      }
    }
  }
  for (Index d = 0; d < dim; ++d) {
    std::fill(input.row(d) + x.cols(), input.row(d) + block_points, 0.0f);
    clip({input.row(d), block_points});
  }
}

void BridgePreconditioner::tangent(VectorIn t, PointsIn x, PointsIn dx, Block<float>& d_input,
                                   PointsOut d_base) const {
  const Index dim = x.rows();
  d_base.setZero();
  for (Index n = 0; n < x.cols(); ++n) {
    const auto [a, b, w0, w1] = between(t(n));
    for (Index j = 0; j < dim; ++j) {
      const double inverse_std = w0 * a.inverse_std_x(j) + w1 * b.inverse_std_x(j);
      const double z = (x(j, n) - (w0 * a.mean_x(j) + w1 * b.mean_x(j))) * inverse_std;
      d_input(j, n) = static_cast<float>(clipped_slope(z) * inverse_std * dx(j, n));
      for (Index d = 0; d < dim; ++d) {
        d_base(d, n) += dx(j, n) * (w0 * a.slope(d, j) + w1 * b.slope(d, j));
        d_base(dim + d, n) += dx(j, n) * (w0 * a.precision(d, j) + w1 * b.precision(d, j));
      }
    }
  }
  for (Index d = 0; d < dim; ++d) std::fill(d_input.row(d) + x.cols(), d_input.row(d) + block_points, 0.0f);
}

void BridgePreconditioner::loss_weight(double t, VectorOut weight) const {
  const auto [a, b, w0, w1] = between(t);
  const Index dim = weight.size() / 2;
  weight.head(dim).setOnes();
  weight.tail(dim) = (noise(t) * (w0 * a.inverse_std_x + w1 * b.inverse_std_x)).cwiseAbs2();
}

}  // namespace fm
