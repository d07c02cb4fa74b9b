#include "flow/exact_path.h"

#include <Eigen/Eigenvalues>
#include <algorithm>

#include "core/numeric.h"
#include "flow/path.h"

namespace fm {

namespace {

/// R with R R^T = covariance, also if that is singular.
Points root_of(const Points& covariance) {
  const Eigen::SelfAdjointEigenSolver<Points> solver(covariance);
  return solver.eigenvectors() * solver.eigenvalues().cwiseMax(0).cwiseSqrt().asDiagonal();
}

/// Of a standard normal x0 and an independent x1.
Moments independent_moments(const Vector& mean, const Points& covariance) {
  const Index dim = mean.size();
  return {Vector::Zero(dim), mean, Points::Identity(dim, dim), covariance, Points::Zero(dim, dim)};
}

Points covariance_of(PointsIn rows) {
  const Points centred = rows.colwise() - mean_point(rows);
  return centred * centred.transpose() / static_cast<double>(rows.cols());
}

/// Of a standard normal x0 and an independent row of these weights.
Moments weighted_moments(PointsIn rows, VectorIn weights) {
  const Vector shares = weights / weights.sum();
  Vector mean = rows * shares;
  mean += (rows.colwise() - mean) * shares;
  const Points centred = rows.colwise() - mean;
  return independent_moments(mean, centred * shares.asDiagonal() * centred.transpose());
}

}  // namespace

ExactPath::ExactPath(PointsIn rows, const Scheduler& scheduler)
    : scheduler_(scheduler),
      field_(EmpiricalField(rows, scheduler)),
      centres_(rows),
      cumulative_(running_shares(Vector::Ones(rows.cols()))),
      moments_(independent_moments(mean_point(rows), covariance_of(rows))),
      discrete_(true),
      normal_(false) {}

ExactPath::ExactPath(PointsIn rows, VectorIn weights, const Scheduler& scheduler)
    : scheduler_(scheduler),
      field_(EmpiricalField(rows, weights, scheduler)),
      centres_(rows),
      cumulative_(running_shares(weights)),
      moments_(weighted_moments(rows, weights)),
      discrete_(true),
      normal_(false) {}

ExactPath::ExactPath(const Mixture& target, const Scheduler& scheduler)
    : scheduler_(scheduler),
      field_(MixtureField(target, scheduler)),
      centres_(target.means),
      cumulative_(running_shares(target.weights)),
      moments_(independent_moments(mixture_mean(target), mixture_covariance(target))),
      discrete_(std::all_of(target.covariances.begin(), target.covariances.end(),
                            [](const Points& covariance) { return covariance.isZero(0); })),
      normal_(target.weights.size() == 1) {
  for (const Points& covariance : target.covariances) roots_.push_back(root_of(covariance));
}

const VelocityField& ExactPath::field() const {
  return std::visit([](const auto& field) -> const VelocityField& { return field; }, field_);
}

void ExactPath::log_density(VectorIn t, PointsIn x, VectorOut log_p) const {
  std::visit([&](const auto& field) { field.log_density(t, x, log_p); }, field_);
}

void ExactPath::score(VectorIn t, PointsIn x, PointsOut score) const {
  std::visit([&](const auto& field) { field.score(t, x, score); }, field_);
}

void ExactPath::draw_target(Draws& draws, VectorOut x1) const {
  const Index k = place_at(cumulative_, draws.uniform());
  x1 = centres_.col(k);
  if (roots_.empty()) return;
  Vector z(x1.size());
  for (double& value : z) value = draws.normal();
  x1 += roots_[static_cast<std::size_t>(k)] * z;
}

PathPoints draw_path_points(const ExactPath& path, VectorIn t, const Random& random,
                            std::uint64_t first_row) {
  const Index dim = path.dim(), count = t.size();
  PathPoints points{Points(dim, count), Points(dim, count), Points(dim, count), Points(dim, count)};
  for (Index n = 0; n < count; ++n) {
    Draws draws = random.row(first_row + static_cast<std::uint64_t>(n));
    for (double& value : points.x0.col(n)) value = draws.normal();
    path.draw_target(draws, points.x1.col(n));
  }
  path_sample(path.scheduler(), t, points.x0, points.x1, points.xt, points.ut);
  return points;
}

TimedPoints draw_over_times(const ExactPath& path, double begin, double end, Index draws, Index first,
                            Index last, std::uint64_t seed, std::uint64_t first_row) {
  const std::uint64_t row = first_row + static_cast<std::uint64_t>(first);
  Vector t(last - first);
  for (Index n = 0; n < t.size(); ++n) {
    const double offset =
        Random{seed, Purpose::path_times}.row(row + static_cast<std::uint64_t>(n)).uniform();
    const double share = (static_cast<double>(first + n) + offset) / static_cast<double>(draws);
    t(n) = std::min(begin + (end - begin) * share, end);
  }
  return {t, draw_path_points(path, t, {seed, Purpose::path_points}, row)};
}

}  // namespace fm
