// Mixtures of normal laws fitted to rows by expectation-maximisation, Dempster, Laird and Rubin 1977: a model
// for small data, the baseline of any other, and with one component the normal law of the rows.
#pragma once

#include <cstdint>
#include <vector>

#include "flow/mixture.h"

namespace fm {

struct MixtureFitOptions {
  Index components = 0;  ///< K; 0: chosen by BIC
  /// Short runs of EM, of which the best `finalists` go on to the end (after Biernacki, Celeux and Govaert
  /// 2003, with one): the first after 30 iterations is often not the first in the end. Each starts at seeds
  /// by k-means++ (Arthur and Vassilvitskii 2007) and the rows nearest to each.
  Index starts = 20;
  Index short_iterations = 30;
  Index finalists = 3;
  Index max_iterations = 1000;  ///< of each run that goes on
  double tolerance = 1e-8;      ///< EM ends when the objective, a mean over rows, gains less in an iteration
  /// Variance of a noise N(0, ridge I) that every row is taken to carry; it is the least eigenvalue of every
  /// covariance and keeps components from collapsing on single rows. In squared units of the rows.
  double ridge = 1e-6;
};

struct MixtureFit {
  Mixture mixture;             ///< components by falling weight
  double effective_rows = 0;   ///< N' = (sum v)^2 / sum v^2 of the rows' weights v: N where they are equal
  double log_likelihood = 0;   ///< N' / sum v * sum_i v_i log p(x_i), without ridge in it
  double bic = 0;              ///< -2 log_likelihood + (K - 1 + K D + K D (D + 1) / 2) log N'; less is better
  bool converged = false;      ///< false: max_iterations were not enough
  std::vector<double> course;  ///< the objective before each iteration of the start that was kept
};

/// The largest objective found over all starts,
///   1/sum v sum_i v_i log sum_k w_k N(x_i; m_k, S_k) exp(-ridge/2 tr S_k^{-1}),
/// which no iteration lowers: the inner sum is over k of exp of the expected logarithm under the rows' noise.
/// rows (D, N), N >= 1, in coordinates; their weights v (N) > 0, of any sum, or empty: all rows are equal. A
/// row of weight k pulls as k rows, but the likelihood of weighted rows counts as that of N' = (sum v)^2 /
/// sum v^2 rows (Kish 1965), as many equal ones as would tell a mean as well: the unit of the weights has no
/// say, and BIC asks no more components of a few heavy rows than such few rows can tell. Equal arguments give
/// equal bits for any number of threads. Cost O(N K D^2) an iteration. Throws usage error
/// "mixture-components" for more components than distinct rows.
MixtureFit fit_mixture(PointsIn rows, const Vector& weights, const MixtureFitOptions& options,
                       std::uint64_t seed);

/// Fits of 1, 2, ... components, the last 3 of them (fewer only at 20 components or when rows run out)
/// without a smaller BIC. options.components is not used.
std::vector<MixtureFit> fit_mixtures(PointsIn rows, const Vector& weights, MixtureFitOptions options,
                                     std::uint64_t seed);

/// sum_i log p(x_i) of rows (D, N); covariances must be regular.
double log_likelihood(const Mixture& mixture, PointsIn rows);

}  // namespace fm
