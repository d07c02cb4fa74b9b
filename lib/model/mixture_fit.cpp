#include "model/mixture_fit.h"

#include <Eigen/Cholesky>
#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>
#include <string>

#include "core/error.h"
#include "core/numeric.h"
#include "core/parallel.h"
#include "core/random.h"
#include "model/mixture_start.h"

namespace fm {

namespace {

constexpr Index block_rows = 256;      // rows whose densities are computed together: they stay in the cache
constexpr Index most_components = 20;  // that BIC is asked about
constexpr std::size_t patience = 3;    // numbers of components without a smaller BIC

/// log of w_k N(x; m_k, S_k) exp(-ridge/2 tr S_k^{-1}) for all components.
class Densities {
 public:
  Densities(const Mixture& mixture, double ridge)
      : means_(mixture.means), constants_(mixture.weights.size()) {
    const Index dim = means_.rows();
    for (Index k = 0; k < constants_.size(); ++k) {
      const Points root = mixture.covariances[static_cast<std::size_t>(k)].llt().matrixL();
      const Points inverse = root.triangularView<Eigen::Lower>().solve(Points::Identity(dim, dim));
      constants_(k) = std::log(mixture.weights(k)) -
                      static_cast<double>(dim) * std::log(2 * std::numbers::pi) / 2 -
                      root.diagonal().array().log().sum() - ridge / 2 * inverse.squaredNorm();
      inverse_roots_.push_back(inverse);
    }
  }

  /// x (D, B) to (K, B).
  Points operator()(PointsIn x) const {
    Points logs(constants_.size(), x.cols()), offset(x.rows(), x.cols()), scaled(x.rows(), x.cols());
    for (Index k = 0; k < constants_.size(); ++k) {
      offset = x.colwise() - means_.col(k);
      scaled.noalias() = inverse_roots_[static_cast<std::size_t>(k)] * offset;
      logs.row(k) = constants_(k) - scaled.colwise().squaredNorm().array() / 2;
    }
    return logs;
  }

 private:
  Points means_;
  std::vector<Points> inverse_roots_;  // L_k^{-1} with S_k = L_k L_k^T
  Vector constants_;                   // (K)
};

/// logs (K, B) become weights whose columns sum to 1; returns the logarithms of their sums (B).
Vector normalise(Points& logs) {
  const Eigen::RowVectorXd largest = logs.colwise().maxCoeff();
  logs = (logs.rowwise() - largest).array().exp();
  const Eigen::RowVectorXd sum = logs.colwise().sum();
  logs.array().rowwise() /= sum.array();
  return (largest.array() + sum.array().log()).transpose();
}

/// Calls visit(block, masses of its rows) for the rows (D, N) of masses (N), block by block.
template <class Visitor>
void for_each_block(PointsIn rows, const Vector& masses, const Visitor& visit) {
  for (Index begin = 0; begin < rows.cols(); begin += block_rows) {
    const Index count = std::min(block_rows, rows.cols() - begin);
    visit(rows.middleCols(begin, count), masses.segment(begin, count));
  }
}

/// How many rows each of `count` rows counts as: weights v in the unit that makes their sum (sum v)^2 / sum
/// v^2.
Vector row_masses(const Vector& weights, Index count) {
  if (weights.size() == 0) return Vector::Ones(count);
  const Vector shares = weights / weights.maxCoeff();  // 1 where all are equal
  return shares * (shares.sum() / shares.squaredNorm());
}

/// sum_i mass_i log p(x_i).
double log_likelihood(const Mixture& mixture, PointsIn rows, const Vector& masses) {
  const Densities densities(mixture, 0);
  CompensatedSum sum;
  for_each_block(rows, masses, [&](PointsIn x, VectorIn mass) {
    Points logs = densities(x);
    const Vector log_p = normalise(logs);
    for (Index n = 0; n < x.cols(); ++n) sum.add(mass(n) * log_p(n));
  });
  return sum.value();
}

/// One iteration: expectations under `mixture` are maximised into it. Returns the objective of what it was.
double iterate(PointsIn rows, const Vector& masses, double ridge, Mixture& mixture) {
  const Densities densities(mixture, ridge);
  const Index dim = rows.rows(), count = mixture.weights.size();
  // Sums over rows, times their masses, of r, r (x - m) and r (x - m) (x - m)^T about the means so far.
  Vector mass = Vector::Zero(count);
  Points first = Points::Zero(dim, count);
  std::vector<Points> second(static_cast<std::size_t>(count), Points::Zero(dim, dim));
  Points offset, weighted;
  CompensatedSum objective;
  for_each_block(rows, masses, [&](PointsIn x, VectorIn row_mass) {
    Points r = densities(x);
    const Vector log_p = normalise(r);
    for (Index n = 0; n < x.cols(); ++n) objective.add(row_mass(n) * log_p(n));
    r.array().rowwise() *= row_mass.transpose().array();
    mass += r.rowwise().sum();
    for (Index k = 0; k < count; ++k) {
      offset = x.colwise() - mixture.means.col(k);
      weighted = offset.array().rowwise() * r.row(k).array();
      first.col(k) += weighted.rowwise().sum();
      second[static_cast<std::size_t>(k)].noalias() += weighted * offset.transpose();
    }
  });
  const double total = masses.sum();
  for (Index k = 0; k < count; ++k) {
    mixture.weights(k) = mass(k) / total;
    if (mass(k) < std::numeric_limits<double>::min()) continue;  // no row is left: it stays where it is
    const Vector shift = first.col(k) / mass(k);
    Points& covariance = mixture.covariances[static_cast<std::size_t>(k)];
    covariance = second[static_cast<std::size_t>(k)] / mass(k) - shift * shift.transpose();
    covariance = (covariance + covariance.transpose()).eval() / 2;
    covariance.diagonal() = covariance.diagonal().cwiseMax(0).array() + ridge;
    mixture.means.col(k) += shift;
  }
  return objective.value() / total;
}

/// EM until it converges or `iterations` are done in all.
void run(PointsIn rows, const Vector& masses, const MixtureFitOptions& options, Index iterations,
         MixtureFit& fit) {
  while (!fit.converged && static_cast<Index>(fit.course.size()) < iterations) {
    fit.course.push_back(iterate(rows, masses, options.ridge, fit.mixture));
    const std::size_t done = fit.course.size();
    fit.converged = done > 1 && fit.course[done - 1] - fit.course[done - 2] < options.tolerance;
  }
}

void sort_components(Mixture& mixture) {
  std::vector<Index> order(mixture.covariances.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(),
                   [&](Index a, Index b) { return mixture.weights(a) > mixture.weights(b); });
  const Mixture old = mixture;
  for (std::size_t k = 0; k < order.size(); ++k) {
    mixture.weights(static_cast<Index>(k)) = old.weights(order[k]);
    mixture.means.col(static_cast<Index>(k)) = old.means.col(order[k]);
    mixture.covariances[k] = old.covariances[static_cast<std::size_t>(order[k])];
  }
}

Index distinct_rows(PointsIn rows) {
  std::vector<Index> order(static_cast<std::size_t>(rows.cols()));
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(), [&](Index a, Index b) {
    return std::lexicographical_compare(rows.col(a).begin(), rows.col(a).end(), rows.col(b).begin(),
                                        rows.col(b).end());
  });
  const auto end =
      std::unique(order.begin(), order.end(), [&](Index a, Index b) { return rows.col(a) == rows.col(b); });
  return end - order.begin();
}

/// Sorts fits by falling objective; of equal ones the earlier start comes first.
void sort_by_objective(std::vector<MixtureFit>& fits) {
  std::stable_sort(fits.begin(), fits.end(),
                   [](const auto& a, const auto& b) { return a.course.back() > b.course.back(); });
}

MixtureFit best_start(PointsIn rows, const Vector& masses, const MixtureFitOptions& options,
                      std::uint64_t seed) {
  const Index starts = options.components == 1 ? 1 : options.starts;  // of one component all are alike
  std::vector<MixtureFit> fits(static_cast<std::size_t>(starts));
  parallel_chunks(starts, 1, [&](Index, Index, Index i) {
    const Draws draws = Random{seed, Purpose::mixture_starts}.row(static_cast<std::uint64_t>(i));
    MixtureFit& fit = fits[static_cast<std::size_t>(i)];
    fit.mixture = start_mixture(rows, masses, options.components, options.ridge, draws);
    run(rows, masses, options, std::min(options.short_iterations, options.max_iterations), fit);
  });
  sort_by_objective(fits);
  fits.resize(static_cast<std::size_t>(std::min(starts, options.finalists)));
  parallel_chunks(static_cast<Index>(fits.size()), 1, [&](Index, Index, Index i) {
    run(rows, masses, options, options.max_iterations, fits[static_cast<std::size_t>(i)]);
  });
  sort_by_objective(fits);
  MixtureFit& best = fits.front();
  sort_components(best.mixture);
  best.effective_rows = masses.sum();
  best.log_likelihood = log_likelihood(best.mixture, rows, masses);
  const auto count = static_cast<double>(options.components), dim = static_cast<double>(rows.rows());
  const double parameters = count - 1 + count * dim + count * dim * (dim + 1) / 2;
  best.bic = -2 * best.log_likelihood + parameters * std::log(best.effective_rows);
  return std::move(best);
}

}  // namespace

double log_likelihood(const Mixture& mixture, PointsIn rows) {
  return log_likelihood(mixture, rows, Vector::Ones(rows.cols()));
}

std::vector<MixtureFit> fit_mixtures(PointsIn rows, const Vector& weights, MixtureFitOptions options,
                                     std::uint64_t seed) {
  const Vector masses = row_masses(weights, rows.cols());
  const Index most = std::min(most_components, distinct_rows(rows));
  std::vector<MixtureFit> fits;
  std::size_t best = 0;
  for (options.components = 1; options.components <= most; ++options.components) {
    fits.push_back(best_start(rows, masses, options, seed));
    if (fits.back().bic < fits[best].bic) best = fits.size() - 1;
    if (fits.size() - 1 - best == patience) break;
  }
  return fits;
}

MixtureFit fit_mixture(PointsIn rows, const Vector& weights, const MixtureFitOptions& options,
                       std::uint64_t seed) {
  if (options.components == 0) {
    std::vector<MixtureFit> fits = fit_mixtures(rows, weights, options, seed);
    return std::move(*std::min_element(fits.begin(), fits.end(),
                                       [](const auto& a, const auto& b) { return a.bic < b.bic; }));
  }
  if (const Index distinct = distinct_rows(rows); options.components > distinct)
    throw usage_error("mixture-components", std::to_string(options.components) +
                                                " components need as many distinct rows; there are " +
                                                std::to_string(distinct));
  return best_start(rows, row_masses(weights, rows.cols()), options, seed);
}

}  // namespace fm
