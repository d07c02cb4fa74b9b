#include "metrics/path_energy.h"

#include <Eigen/Eigenvalues>
#include <Eigen/QR>
#include <cmath>
#include <limits>

#include "core/parallel.h"
#include "core/quadrature.h"
#include "ode/solve.h"
#include "ot/assignment.h"

namespace fm {

namespace {

constexpr double no_error = std::numeric_limits<double>::quiet_NaN();
constexpr Estimate infinite{std::numeric_limits<double>::infinity(), no_error};

Points square_root(const Points& covariance) {
  const Eigen::SelfAdjointEigenSolver<Points> solver(covariance);
  return solver.eigenvectors() * solver.eigenvalues().cwiseMax(0).cwiseSqrt().asDiagonal() *
         solver.eigenvectors().transpose();
}

/// int_0^1 f(t) dt by Gauss-Legendre quadrature of three nodes on equal parts of s, t = s^2 (3 - 2 s), which
/// softens powers of t and 1 - t at the ends.
template <class Function>
double integral(const Function& f) {
  constexpr int parts = 4000;
  const GaussRule rule = gauss_legendre(3);
  CompensatedSum sum;
  for (int part = 0; part < parts; ++part)
    for (Index k = 0; k < rule.nodes.size(); ++k) {
      const double s = (part + (1 + rule.nodes(k)) / 2) / parts;
      sum.add(rule.weights(k) / 2 / parts * 6 * s * (1 - s) * f(s * s * (3 - 2 * s)));
    }
  return sum.value();
}

/// A field whose points carry their energy as one more row, so that any solver integrates it along.
class EnergyField final : public VelocityField {
 public:
  explicit EnergyField(const VelocityField& field) : field_(field) {}

  Index dim() const override { return field_.dim() + 1; }
  TimeDomain domain() const override { return field_.domain(); }
  Scheduler scheduler() const override { return field_.scheduler(); }
  Index path_rows() const override { return field_.dim(); }
  void evaluate(VectorIn t, PointsIn state, PointsOut v) const override {
    const Index dim = field_.dim();
    field_.evaluate(t, state.topRows(dim), v.topRows(dim));
    for (Index n = 0; n < state.cols(); ++n) {
      double square = 0;  // one by one: the bits of a vectorised sum depend on the column's place
      for (Index d = 0; d < dim; ++d) square += v(d, n) * v(d, n);
      v(dim, n) = square;
    }
  }

 private:
  const VelocityField& field_;
};

/// Points of the law at one end, t = 0 or 1, draws first_row, first_row + 1, ...
Points end_points(const ExactPath& path, double t, Index count, std::uint64_t seed, Index first_row) {
  const SchedulerValue s = scheduler_at(path.scheduler(), t);
  // Where the path's speed is not wanted, its pairs at t = 0 are those at any time.
  const PathPoints at = draw_path_points(path, Vector::Zero(count), {seed, Purpose::path_points},
                                         static_cast<std::uint64_t>(first_row));
  return s.alpha * at.x1 + s.sigma * at.x0;
}

}  // namespace

double normal_w2_squared(const Vector& mean0, const Points& covariance0, const Vector& mean1,
                         const Points& covariance1) {
  const Points root = square_root(covariance0);
  const Points cross = square_root(root * covariance1 * root);
  return (mean0 - mean1).squaredNorm() + covariance0.trace() + covariance1.trace() - 2 * cross.trace();
}

double conditional_energy(const ExactPath& path) {
  if (scheduler_domain(path.scheduler()).end < 1) return infinite.value;
  const Moments& moments = path.moments();
  const double square1 = moments.mean1.squaredNorm() + moments.cov11.trace();
  const double cross = moments.cov01.trace();
  return integral([&](double t) {
    const SchedulerValue s = scheduler_at(path.scheduler(), t);
    return s.d_alpha * s.d_alpha * square1 + s.d_sigma * s.d_sigma * static_cast<double>(path.dim()) +
           2 * s.d_alpha * s.d_sigma * cross;
  });
}

Estimate controlled_mean(VectorIn values, PointsIn controls) {
  const Index count = values.size();
  Points design(count, controls.rows() + 1);
  design.col(0).setOnes();
  design.rightCols(controls.rows()) = controls.transpose();
  const Eigen::ColPivHouseholderQR<Points> solver(design);
  const Vector fit = solver.solve(values);
  const Vector residual = values - design * fit;
  const auto spare = static_cast<double>(count - solver.rank());
  return {fit(0), std::sqrt(residual.squaredNorm() / spare / static_cast<double>(count))};
}

FlowEnergy flow_energy(const ExactPath& path, const VelocityField& field, const Solver& solver, Index count,
                       std::uint64_t seed) {
  // Where the law has no spread at t = 1, the path's own field moves points there at the speed of sigma.
  const bool own = &field == &path.field();
  if (own && field.domain().end < 1 && scheduler_domain(path.scheduler()).end < 1)
    return {field.domain().end, infinite, infinite};
  const Index dim = path.dim();
  const PathPoints at = draw_path_points(path, Vector::Zero(count), {seed, Purpose::path_points}, 0);
  Points start = Points::Zero(dim + 1, count);
  start.topRows(dim) = at.xt;
  FlowEnergy result;
  result.t_end = field.domain().end;
  const Points end = solve(EnergyField(field), solver, start, 0, result.t_end).x;
  const Vector energy = end.row(dim).transpose();
  const Vector chord = (end - start).topRows(dim).colwise().squaredNorm().transpose() / result.t_end;
  Points controls(2, count);
  controls.row(0) = at.x0.colwise().squaredNorm().array() - static_cast<double>(dim);
  controls.row(1) = path.moments().mean1.transpose() * at.x0;
  result.energy = controlled_mean(energy, controls);
  result.straightness = controlled_mean(energy - chord, controls);
  return result;
}

EndsDistance ends_distance(const ExactPath& path, Index rows, Index repeats, std::uint64_t seed) {
  const Moments& moments = path.moments();
  const auto mean_at = [&](const SchedulerValue& s) -> Vector { return s.alpha * moments.mean1; };
  const auto covariance_at = [&](const SchedulerValue& s) -> Points {
    return s.alpha * s.alpha * moments.cov11 + s.sigma * s.sigma * moments.cov00 +
           s.alpha * s.sigma * (moments.cov01 + moments.cov01.transpose());
  };
  const SchedulerValue s0 = scheduler_at(path.scheduler(), 0), s1 = scheduler_at(path.scheduler(), 1);
  EndsDistance result;
  result.lower_bound = normal_w2_squared(mean_at(s0), covariance_at(s0), mean_at(s1), covariance_at(s1));
  if (path.normal()) {
    result.w2_squared = {result.lower_bound, no_error};
    return result;
  }
  result.rows = rows;
  result.repeats = repeats;
  Vector between(repeats), within(repeats);
  parallel_chunks(repeats, 1, [&](Index r, Index, Index) {
    const Points source = end_points(path, 0, rows, seed, 3 * r * rows);
    const Points target = end_points(path, 1, rows, seed, (3 * r + 1) * rows);
    const Points other = end_points(path, 1, rows, seed, (3 * r + 2) * rows);
    between(r) = solve_assignment(source, target).cost / static_cast<double>(rows);
    within(r) = solve_assignment(other, target).cost / static_cast<double>(rows);
  });
  result.w2_squared = mean_estimate(between);
  result.floor = mean_estimate(within);
  return result;
}

Estimate normalised_path_energy(const Estimate& energy, const Estimate& w2_squared) {
  const double value = std::abs(energy.value - w2_squared.value) / w2_squared.value;
  const auto known = [](double error) { return std::isfinite(error) ? error : 0; };
  const double above = known(energy.standard_error) / w2_squared.value;
  const double below = known(w2_squared.standard_error) * energy.value / std::pow(w2_squared.value, 2);
  return {value, std::hypot(above, below)};
}

}  // namespace fm
