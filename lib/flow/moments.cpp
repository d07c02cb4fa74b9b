#include "flow/moments.h"

#include <Eigen/Cholesky>
#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>

#include "core/numeric.h"

namespace fm {

Moments pair_moments(PointsIn x0, PointsIn x1) {
  Moments moments;
  const auto count = static_cast<double>(x0.cols());
  moments.mean0 = mean_point(x0);
  moments.mean1 = mean_point(x1);
  const Points c0 = x0.colwise() - moments.mean0, c1 = x1.colwise() - moments.mean1;
  moments.cov00 = c0 * c0.transpose() / count;
  moments.cov11 = c1 * c1.transpose() / count;
  moments.cov01 = c0 * c1.transpose() / count;
  return moments;
}

namespace {

/// Shares below this are rounding: of a variance in the variance of its column over the whole path, of an
/// eigenvalue in the largest. (Sums of squares of doubles keep about 15 digits.)
constexpr double rounding_share = 1e-12;

/// The residual of a deterministic coupling is 0: the network's output is then scaled by this share of the
/// velocity's own standard deviation, small against any learned error and safe to divide by in float.
constexpr double least_residual = 1e-3;

/// Standard deviation of each column at both ends together, what deviations at one time are measured against;
/// 1 for a column that is constant at both ends (to 1e-12 of its size: its mean is rounded).
Vector path_scale(const Moments& m) {
  const Vector deviation = (m.cov00.diagonal() + m.cov11.diagonal()).cwiseSqrt();
  const Vector size = m.mean0.cwiseAbs() + m.mean1.cwiseAbs();
  return (deviation.array() > rounding_share * size.array()).select(deviation, 1.0);
}

/// Square roots of variances; `scale` for those that vanish against it.
Vector positive_root(const Vector& variance, const Vector& scale) {
  return (variance.array() > rounding_share * scale.array().square())
      .select(variance.cwiseMax(0).cwiseSqrt(), scale);
}

/// Pseudo-inverse of a symmetric matrix without negative eigenvalues.
Points pseudo_inverse(const Points& matrix) {
  const Eigen::SelfAdjointEigenSolver<Points> solver(matrix);
  const Vector& values = solver.eigenvalues();
  const double least = rounding_share * std::max(values.maxCoeff(), 0.0);
  const Vector inverse = values.unaryExpr([&](double value) { return value > least ? 1 / value : 0; });
  return solver.eigenvectors() * inverse.asDiagonal() * solver.eigenvectors().transpose();
}

/// From so many columns on, inverses are found by triangles where that is possible: eigenvectors take ten
/// times as long, below a millisecond for fewer.
constexpr Index many_columns = 32;

/// Reciprocal condition numbers, estimated to a factor of about three, above which no eigenvalue is left out.
constexpr double well_conditioned = 10 * rounding_share;

/// cov pseudo_inverse(correlation), (D, D) each.
Points divided_by(const Points& cov, const Points& correlation) {
  if (correlation.rows() >= many_columns) {
    const Eigen::LLT<Points> triangle(correlation);
    if (triangle.info() == Eigen::Success && triangle.rcond() > well_conditioned)
      return triangle.solve(cov.transpose()).transpose();
  }
  return cov * pseudo_inverse(correlation);
}

}  // namespace

AffineVelocity best_affine_velocity(const Moments& moments, const Scheduler& scheduler, double t) {
  return best_affine_velocity(moments, scheduler_at(scheduler, t));
}

AffineVelocity best_affine_velocity(const Moments& m, const SchedulerValue& coefficients) {
  const auto [a, s, da, ds] = coefficients;
  const Points cov_sum = m.cov01 + m.cov01.transpose();
  const Points cov_x = a * a * m.cov11 + s * s * m.cov00 + a * s * cov_sum;
  const Points cov_u = da * da * m.cov11 + ds * ds * m.cov00 + da * ds * cov_sum;
  const Points cov_ux = a * da * m.cov11 + s * ds * m.cov00 + da * s * m.cov01.transpose() + ds * a * m.cov01;

  AffineVelocity affine;
  const Vector scale = path_scale(m);
  affine.mean_x = a * m.mean1 + s * m.mean0;
  affine.mean_u = da * m.mean1 + ds * m.mean0;
  affine.std_x = positive_root(cov_x.diagonal(), scale);
  // Inverted as correlations: whether a column counts does not depend on its unit.
  const Vector inverse_std = affine.std_x.cwiseInverse();
  const auto unit = inverse_std.asDiagonal();
  affine.slope = divided_by(cov_ux * unit, unit * cov_x * unit) * unit;
  const Vector residual = cov_u.diagonal() - affine.slope.cwiseProduct(cov_ux).rowwise().sum();
  const Vector std_u = positive_root(cov_u.diagonal(), scale);
  affine.residual_std = residual.cwiseMax(0).cwiseSqrt().cwiseMax(least_residual * std_u);
  return affine;
}

}  // namespace fm
