#include "model/preconditioner.h"

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

#include "core/parallel.h"
#include "model/input_clip.h"

namespace fm {

namespace {

constexpr Index intervals =
    64;  // knots cost D^2 doubles each; the moments vary on the scale of the whole arc
constexpr double half_pi = std::numbers::pi / 2;
// Where the law at an end has a direction without extent (a constant column, two equal ones), the slope of
// v_lin grows as 1 / angle towards that end. Knots at equal ratios follow it: at r = 2^(1/8) the chord of 1/x
// lies at most (1 + r)/sqrt(r) - 2 = .2 % above it, for ten octaves, to an angle of 2.4e-5.
constexpr Index knots_an_octave = 8;
constexpr Index extra_knots = 10 * knots_an_octave;

/// Share of an interval that lies between its end and extra knot k from outside.
double shrunk(Index k) {
  return std::exp2(-static_cast<double>(k) / knots_an_octave);
}

/// Whether some direction is narrower than two intervals, in standard deviations of the columns; a constant
/// column is.
bool is_flat(const Points& covariance) {
  constexpr double narrow = 2 * half_pi / intervals;
  const Vector deviation = covariance.diagonal().cwiseSqrt();
  if ((deviation.array() <= narrow * deviation.maxCoeff() * 1e-6).any()) return true;
  const Vector unit = deviation.cwiseInverse();
  const Eigen::SelfAdjointEigenSolver<Points> solver(unit.asDiagonal() * covariance * unit.asDiagonal(),
                                                     Eigen::EigenvaluesOnly);
  return solver.eigenvalues().minCoeff() < narrow * narrow;
}

/// See domain().
constexpr double last_noise = 1e-3;

TimeDomain network_domain(const Moments& moments, const Scheduler& scheduler) {
  if (scheduler_domain(scheduler).end == 1) return {};
  const double spread = std::sqrt(moments.cov11.trace() / static_cast<double>(moments.mean1.size()));
  return {0, time_of_snr(scheduler, 1 / (last_noise * (spread > 0 ? std::min(spread, 1.0) : 1.0)))};
}

}  // namespace

Preconditioner::Preconditioner(const Moments& moments, const Scheduler& scheduler, Prediction prediction,
                               const ConditionalPath& path)
    : dim_(moments.mean0.size()),
      scheduler_(scheduler),
      prediction_(prediction),
      domain_(network_domain(moments, scheduler)),
      start_(path_start(moments, scheduler)) {
  if (const auto* const bridge = std::get_if<BridgePath>(&path)) {
    bridge_.emplace(moments, bridge->std);
    return;
  }
  place_knots(moments);
  constexpr int nodes = 256;  // of the midpoint rule: weights need no accuracy
  mean_square_ = Vector::Zero(dim_);
  Vector scale(dim_);
  for (int k = 0; k < nodes; ++k) {
    prediction_scale(domain_.begin + (domain_.end - domain_.begin) * (k + 0.5) / nodes, scale);
    mean_square_ += scale.cwiseAbs2() / nodes;
  }
}

void Preconditioner::place_knots(const Moments& moments) {
  std::vector<double> from_ends;
  const auto add = [&](double theta, double from_end) {
    angles_.push_back(theta);
    from_ends.push_back(from_end);
  };
  const double step = half_pi / intervals;
  add(0, half_pi);
  if (is_flat(moments.cov00))
    for (Index k = extra_knots; k > 0; --k, ++extra_at_source_)
      add(step * shrunk(k), half_pi - step * shrunk(k));
  for (Index k = 1; k < intervals; ++k)
    add(step * static_cast<double>(k), step * static_cast<double>(intervals - k));
  if (is_flat(moments.cov11))
    for (Index k = 1; k <= extra_knots; ++k, ++extra_at_target_)
      add(half_pi - step * shrunk(k), step * shrunk(k));
  add(half_pi, 0);
  knots_.resize(angles_.size());
  parallel_chunks(static_cast<Index>(knots_.size()), 1, [&](Index at, Index, Index) {
    const auto k = static_cast<std::size_t>(at);
    // Complements are exact where cosines of multiples of pi are not: the target stands at theta = pi/2.
    const double sin = std::sin(angles_[k]), cos = std::sin(from_ends[k]);
    AffineVelocity affine = best_affine_velocity(moments, SchedulerValue{sin, cos, cos, -sin});
    knots_[k] = {affine.mean_x, affine.std_x.cwiseInverse(), affine.mean_u, affine.residual_std,
                 std::move(affine.slope)};
  });
}

Preconditioner::Between Preconditioner::between(const PolarValue& polar) const {
  const double theta = polar.theta();
  const Index interval = std::clamp(static_cast<Index>(theta / half_pi * static_cast<double>(intervals)),
                                    Index{0}, intervals - 1);
  Index k = interval + extra_at_source_;
  if (interval == 0 && extra_at_source_ > 0) k = last_knot_before(theta, 0, extra_at_source_);
  if (interval == intervals - 1 && extra_at_target_ > 0) k = last_knot_before(theta, k, k + extra_at_target_);
  const double a = angles_[static_cast<std::size_t>(k)], b = angles_[static_cast<std::size_t>(k) + 1];
  const double w1 = (theta - a) / (b - a);
  return {knots_[static_cast<std::size_t>(k)], knots_[static_cast<std::size_t>(k) + 1], 1 - w1, w1};
}

Index Preconditioner::last_knot_before(double theta, Index first, Index last) const {
  const auto begin = angles_.begin();
  return std::upper_bound(begin + first + 1, begin + last + 1, theta) - begin - 1;
}

void Preconditioner::prepare(VectorIn t, PointsIn x, Block<float>& input, PointsOut base,
                             PointsOut scale) const {
  if (bridge_) return bridge_->prepare(t, x, input, base, scale, true);
  for (Index n = 0; n < x.cols(); ++n) {
    const PolarValue polar = polar_at(scheduler_, t(n));
    const auto [a, b, w0, w1] = between(polar);
    const double inverse_rho = 1 / polar.rho, speed = polar.rho * polar.d_theta;
    for (Index d = 0; d < dim_; ++d) {
      base(d, n) = w0 * a.mean_w(d) + w1 * b.mean_w(d);
      scale(d, n) = speed * (w0 * a.residual_std(d) + w1 * b.residual_std(d));
    }
    for (Index j = 0; j < dim_; ++j) {
      const double offset = x(j, n) * inverse_rho - (w0 * a.mean_z(j) + w1 * b.mean_z(j));
      input(j, n) = static_cast<float>(clipped(offset * (w0 * a.inverse_std_z(j) + w1 * b.inverse_std_z(j))));
      for (Index d = 0; d < dim_; ++d) base(d, n) += offset * (w0 * a.slope(d, j) + w1 * b.slope(d, j));
    }
    for (Index d = 0; d < dim_; ++d) base(d, n) = polar.d_log_rho * x(d, n) + speed * base(d, n);
  }
  pad(input, x.cols());
}

void Preconditioner::tangent(VectorIn t, PointsIn x, PointsIn dx, Block<float>& d_input,
                             PointsOut d_base) const {
  if (bridge_) return bridge_->tangent(t, x, dx, d_input, d_base);
  for (Index n = 0; n < x.cols(); ++n) {
    const PolarValue polar = polar_at(scheduler_, t(n));
    const auto [a, b, w0, w1] = between(polar);
    const double inverse_rho = 1 / polar.rho;
    for (Index d = 0; d < dim_; ++d) d_base(d, n) = polar.d_log_rho * dx(d, n);
    for (Index j = 0; j < dim_; ++j) {
      const double inverse_std = w0 * a.inverse_std_z(j) + w1 * b.inverse_std_z(j);
      const double z = (x(j, n) * inverse_rho - (w0 * a.mean_z(j) + w1 * b.mean_z(j))) * inverse_std;
      d_input(j, n) = static_cast<float>(clipped_slope(z) * inverse_std * inverse_rho * dx(j, n));
      const double turn = polar.d_theta * dx(j, n);
      for (Index d = 0; d < dim_; ++d) d_base(d, n) += turn * (w0 * a.slope(d, j) + w1 * b.slope(d, j));
    }
  }
  pad(d_input, x.cols());
}

void Preconditioner::prediction_scale(double t, VectorOut scale) const {
  if (prediction_ == Prediction::velocity) return scale.setOnes(), void();
  const PolarValue polar = polar_at(scheduler_, t);
  const auto [a, b, w0, w1] = between(polar);
  const double share = prediction_ == Prediction::x1 ? polar.cos : polar.sin;
  scale = share * (w0 * a.residual_std + w1 * b.residual_std);
}

void Preconditioner::loss_weight(double t, VectorOut weight) const {
  if (bridge_) return bridge_->loss_weight(t, weight);
  if (prediction_ == Prediction::velocity) return weight.setOnes(), void();
  prediction_scale(t, weight);
  weight = weight.cwiseAbs2().cwiseQuotient(mean_square_);
}

void Preconditioner::pad(Block<float>& input, Index points) const {
  for (Index d = 0; d < dim_; ++d) std::fill(input.row(d) + points, input.row(d) + block_points, 0.0f);
}

}  // namespace fm
