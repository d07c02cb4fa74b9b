#include "flow/exact_path.h"

#include <Eigen/Eigenvalues>
#include <algorithm>

#include "core/error.h"
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

/// Of a standard normal x0 and an independent row; weights (M), or none.
Moments row_moments(PointsIn rows, const Vector& weights) {
  if (weights.size() == 0) return independent_moments(mean_point(rows), covariance_of(rows));
  const Vector shares = weights / weights.sum();
  Vector mean = rows * shares;
  mean += (rows.colwise() - mean) * shares;
  const Points centred = rows.colwise() - mean;
  return independent_moments(mean, centred * shares.asDiagonal() * centred.transpose());
}

/// Of rows, which count equally where there are none.
Vector ones_if_none(const Vector& weights, PointsIn rows) {
  return weights.size() == 0 ? Vector::Ones(rows.cols()) : weights;
}

/// Of x0 and row + h x0, from those of x0 and the row; counts (M) of the rows.
Moments with_bandwidths(Moments moments, const Vector& bandwidths, const Vector& counts) {
  if (bandwidths.size() == 0) return moments;
  moments.cov11.diagonal().array() += counts.dot(bandwidths.cwiseAbs2()) / counts.sum();
  moments.cov01.diagonal().setConstant(counts.dot(bandwidths) / counts.sum());
  return moments;
}

const ConditionalPath& without_bridge(const ConditionalPath& path) {
  if (std::holds_alternative<BridgePath>(path))
    throw usage_error("exact-path", "the exact field of rows is that of an affine or an adaptive path");
  return path;
}

}  // namespace

std::unique_ptr<ExactField> exact_field(PointsIn rows, const Vector& weights, const Scheduler& scheduler,
                                        const ConditionalPath& path, const Vector& column) {
  const Vector counts = ones_if_none(weights, rows);
  const Vector bandwidths = path_bandwidths(without_bridge(path), rows, rows, column);
  if (bandwidths.size() == 0) return std::make_unique<EmpiricalField>(rows, counts, scheduler);
  return std::make_unique<AdaptiveField>(rows, bandwidths, counts, scheduler);
}

void check_path_without_rows(const ConditionalPath& path) {
  if (!std::holds_alternative<AffinePath>(path))
    throw usage_error("exact-path", "the exact field of a mixture is that of an affine path",
                      std::holds_alternative<AdaptivePath>(path)
                          ? "draw rows with fm-sample --mixture and name them with --exact"
                          : "");
}

ExactPath::ExactPath(PointsIn rows, const Scheduler& scheduler, const ConditionalPath& path)
    : ExactPath(rows, Vector(), scheduler, path) {}

ExactPath::ExactPath(PointsIn rows, const Vector& weights, const Scheduler& scheduler,
                     const ConditionalPath& path, const Vector& column)
    : scheduler_(scheduler),
      bandwidths_(path_bandwidths(without_bridge(path), rows, rows, column)),
      field_(bandwidths_.size() == 0
                 ? Field(EmpiricalField(rows, ones_if_none(weights, rows), scheduler))
                 : Field(AdaptiveField(rows, bandwidths_, ones_if_none(weights, rows), scheduler))),
      centres_(rows),
      cumulative_(running_shares(ones_if_none(weights, rows))),
      moments_(with_bandwidths(row_moments(rows, weights), bandwidths_, ones_if_none(weights, rows))),
      discrete_(bandwidths_.size() == 0),
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

void ExactPath::draw_target(Draws& draws, VectorIn x0, VectorOut x1) const {
  const Index k = place_at(cumulative_, draws.uniform());
  x1 = centres_.col(k);
  if (bandwidths_.size() > 0) x1 += bandwidths_(k) * x0;
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
    path.draw_target(draws, points.x0.col(n), points.x1.col(n));
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
