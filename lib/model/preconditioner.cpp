#include "model/preconditioner.h"

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <span>
#include <utility>

#include "core/parallel.h"
#include "model/blended_product.h"
#include "model/input_clip.h"

namespace fm {

namespace {

// Of the share alpha / (alpha + sigma). Knots cost D^2 doubles each; the moments vary on the scale of the
// whole arc. At both ends a share and its complement are angles from there, to first order.
constexpr Index intervals = 64;
// Where the law at an end has a direction without extent (a constant column, two equal ones), the slope of
// v_lin grows as 1 / angle towards that end. Knots at equal ratios follow it: at r = 2^(1/8) the chord of 1/x
// lies at most (1 + r)/sqrt(r) - 2 = .2 % above it, for ten octaves, to an angle of 1.5e-5.
constexpr Index knots_an_octave = 8;
constexpr Index extra_knots = 10 * knots_an_octave;

constexpr Index few_columns = 4;  // for which a call takes longer than the product

/// Share of an interval that lies between its end and extra knot k from outside.
double shrunk(Index k) {
  return std::exp2(-static_cast<double>(k) / knots_an_octave);
}

/// Whether some direction is narrower than two intervals, in standard deviations of the columns; a constant
/// column is.
bool is_flat(const Points& covariance) {
  constexpr double narrow = 2.0 / intervals;
  const Vector deviation = covariance.diagonal().cwiseSqrt();
  if ((deviation.array() <= narrow * deviation.maxCoeff() * 1e-6).any()) return true;
  const Vector unit = deviation.cwiseInverse();
  const Eigen::SelfAdjointEigenSolver<Points> solver(unit.asDiagonal() * covariance * unit.asDiagonal(),
                                                     Eigen::EigenvaluesOnly);
  return solver.eigenvalues().minCoeff() < narrow * narrow;
}

/// Adds each point's product with its slope, a matrix (dim, dim).
void add_products(Index dim, std::span<const BlendedPoint> points) {
  if (dim > few_columns) return blended_product()(dim, std::ssize(points), points.data());
  for (const BlendedPoint& p : points)
    for (Index j = 0; j < dim; ++j)
      for (Index d = 0; d < dim; ++d) p.y[d] += p.x[j] * (p.w0 * p.a[j * dim + d] + p.w1 * p.b[j * dim + d]);
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
  std::vector<double> rests;  // complements of the shares
  const auto add = [&](double share, double rest) {
    shares_.push_back(share);
    rests.push_back(rest);
  };
  constexpr double step = 1.0 / intervals;
  add(0, 1);
  if (is_flat(moments.cov00))
    for (Index k = extra_knots; k > 0; --k, ++extra_at_source_) add(step * shrunk(k), 1 - step * shrunk(k));
  for (Index k = 1; k < intervals; ++k)
    add(step * static_cast<double>(k), step * static_cast<double>(intervals - k));
  if (is_flat(moments.cov11))
    for (Index k = 1; k <= extra_knots; ++k, ++extra_at_target_) add(1 - step * shrunk(k), step * shrunk(k));
  add(1, 0);
  knots_.resize(knot_size(), static_cast<Index>(shares_.size()));
  parallel_chunks(knots_.cols(), 1, [&](Index k, Index, Index) {
    const double share = shares_[static_cast<std::size_t>(k)], rest = rests[static_cast<std::size_t>(k)];
    const double sin = share / std::hypot(share, rest), cos = rest / std::hypot(share, rest);
    const AffineVelocity affine = best_affine_velocity(moments, SchedulerValue{sin, cos, cos, -sin});
    knots_.col(k) << affine.mean_x, affine.std_x.cwiseInverse(), affine.mean_u, affine.residual_std,
        affine.slope.reshaped();
  });
}

Preconditioner::Needed Preconditioner::needed_at(const PolarValue& polar) const {
  const double share = polar.share();
  const Index interval =
      std::clamp(static_cast<Index>(share * static_cast<double>(intervals)), Index{0}, intervals - 1);
  Index k = interval + extra_at_source_;
  if (interval == 0 && extra_at_source_ > 0) k = last_knot_before(share, 0, extra_at_source_);
  if (interval == intervals - 1 && extra_at_target_ > 0) k = last_knot_before(share, k, k + extra_at_target_);
  const double from = shares_[static_cast<std::size_t>(k)], to = shares_[static_cast<std::size_t>(k) + 1];
  const double w1 = (share - from) / (to - from);
  return {knots_.col(k).data(), knots_.col(k + 1).data(), 1 - w1, w1};
}

Index Preconditioner::last_knot_before(double share, Index first, Index last) const {
  const auto begin = shares_.begin();
  return std::upper_bound(begin + first + 1, begin + last + 1, share) - begin - 1;
}

void Preconditioner::prepare(VectorIn t, PointsIn x, Block<float>& input, PointsOut base,
                             PointsOut scale) const {
  if (bridge_) return bridge_->prepare(t, x, input, base, scale, true);
  std::array<BlendedPoint, block_points> products;
  std::array<double, block_points> speeds;
  PolarValue polar{};
  Needed mean_z{};
  for (Index n = 0; n < x.cols(); ++n) {
    if (n == 0 || t(n) != t(n - 1)) {  // a solver of fixed steps has all points at one time
      polar = polar_at(scheduler_, t(n));
      mean_z = needed_at(polar);
    }
    const Needed inverse_std = mean_z.after(dim_), mean_w = inverse_std.after(dim_);
    const Needed slope = mean_w.after(2 * dim_);
    const double inverse_rho = 1 / polar.rho, speed = polar.rho * polar.d_theta;
    const double* const point = x.col(n).data();
    double* const affine = base.col(n).data();
    double* const turn = scale.col(n).data();  // until the products are done
    for (Index d = 0; d < dim_; ++d) {
      const double offset = point[d] * inverse_rho - mean_z[d];
      affine[d] = polar.d_log_rho * point[d] + speed * mean_w[d];
      input(d, n) = static_cast<float>(offset * inverse_std[d]);
      turn[d] = speed * offset;
    }
    speeds[static_cast<std::size_t>(n)] = speed;
    products[static_cast<std::size_t>(n)] = {slope.a, slope.b, slope.w0, slope.w1, turn, affine};
  }
  add_products(dim_, {products.data(), static_cast<std::size_t>(x.cols())});
  for (Index n = 0; n < x.cols(); ++n) {
    const BlendedPoint& p = products[static_cast<std::size_t>(n)];
    const Needed residual_std = Needed{p.a, p.b, p.w0, p.w1}.after(-dim_);
    for (Index d = 0; d < dim_; ++d) scale(d, n) = speeds[static_cast<std::size_t>(n)] * residual_std[d];
  }
  pad(input, x.cols());
  for (Index d = 0; d < dim_; ++d) clip({input.row(d), block_points});
}

void Preconditioner::tangent(VectorIn t, PointsIn x, PointsIn dx, Block<float>& d_input,
                             PointsOut d_base) const {
  if (bridge_) return bridge_->tangent(t, x, dx, d_input, d_base);
  for (Index n = 0; n < x.cols(); ++n) {
    const PolarValue polar = polar_at(scheduler_, t(n));
    const Needed mean_z = needed_at(polar), inverse_std = mean_z.after(dim_);
    const double inverse_rho = 1 / polar.rho;
    for (Index d = 0; d < dim_; ++d) d_base(d, n) = polar.d_log_rho * dx(d, n);
    Needed slope = mean_z.after(4 * dim_);  // column j
    for (Index j = 0; j < dim_; ++j, slope = slope.after(dim_)) {
      const double z = (x(j, n) * inverse_rho - mean_z[j]) * inverse_std[j], turn = polar.d_theta * dx(j, n);
      d_input(j, n) = static_cast<float>(clipped_slope(z) * inverse_std[j] * inverse_rho * dx(j, n));
      for (Index d = 0; d < dim_; ++d) d_base(d, n) += turn * slope[d];
    }
  }
  pad(d_input, x.cols());
}

void Preconditioner::prediction_scale(double t, VectorOut scale) const {
  if (prediction_ == Prediction::velocity) return scale.setOnes(), void();
  const PolarValue polar = polar_at(scheduler_, t);
  const double share = prediction_ == Prediction::x1 ? polar.cos : polar.sin;
  const Needed residual_std = needed_at(polar).after(3 * dim_);
  for (Index d = 0; d < dim_; ++d) scale(d) = share * residual_std[d];
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
