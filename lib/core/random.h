// Counter-based random numbers: a draw is a pure function of (seed, purpose, row, index of the draw), so that
// row i of a sample never depends on block sizes, threads or shards. Generator: Philox4x64-10, Salmon et al.
// 2011, "Parallel random numbers: as easy as 1, 2, 3" (library Random123).
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "core/types.h"

namespace fm {

/// What random numbers are for: two purposes under one seed never share a number. Values are part of the
/// meaning of a seed: never renumber.
enum class Purpose : std::uint64_t {
  source = 1,              ///< x0 of a sample
  parameters = 2,          ///< initial weights
  batch = 3,               ///< times of training
  coupling = 4,            ///< draws inside a coupling
  validation = 5,          ///< which rows are held out, times of validation
  subsets = 6,             ///< which samples a metric looks at
  directions = 7,          ///< random directions of sliced distances
  toy = 8,                 ///< toy data
  test = 9,                ///< tests
  training_pairs = 10,     ///< source points of training
  row_passes = 11,         ///< orders in which training takes the rows
  pair_passes = 12,        ///< orders in which training takes a pool's pairs
  validation_pairs = 13,   ///< source points of validation
  probes = 14,             ///< random signs that estimate divergences
  plan = 15,               ///< partners drawn from a plan, and draws that a plan is found with
  mixture_starts = 16,     ///< rows that the fit of a mixture starts from
  path_points = 17,        ///< pairs that losses and energies of a path are measured on
  path_times = 18,         ///< times that losses are measured at
  thinning = 19,           ///< which weighted rows stay in a plain sample
  diffusion = 20,          ///< noise of stochastic paths
  condition_drops = 21,    ///< which points of a training batch lose their condition
  plan_conditions = 22,    ///< conditions that the draws carry with which a plan is found
  memorisation = 23,       ///< starts of the draws that are held against the rows learned from
  table_split = 30,        ///< which rows of a table are held out
  reference_subsets = 31,  ///< which rows of a reference a metric looks at
  training_subsets = 32,   ///< which training rows samples are held against
  relabellings = 33,       ///< divisions of pooled points in permutation tests
  sample_parts = 34,       ///< parts of the samples that an interval comes from
  reference_parts = 35,    ///< parts of the reference that an interval comes from
  sample_redraws = 36,     ///< bootstrap draws of samples
  reference_redraws = 37,  ///< bootstrap draws of a reference
  median_points = 38,      ///< points that a median distance is found between
  folds = 39,              ///< parts of a cross-validation
  classifier_start = 40,   ///< initial weights of a classifier
  classifier_passes = 41,  ///< orders in which a classifier's training takes the points
  plot_rows = 42,          ///< which rows of a long table a plot keeps
};

/// The draws of one row, in order. Cheap to make; 32 bytes of numbers are computed at a time.
class Draws {
 public:
  Draws(std::uint64_t seed, Purpose purpose, std::uint64_t row);

  std::uint64_t bits();
  /// Uniform in the open interval (0, 1): odd multiples of 2^-53, so that log(u) and log(1-u) are finite.
  double uniform();
  /// Standard normal (core/box_muller.h); draws come in pairs.
  double normal();
  /// Uniform in {0, ..., n-1}, n >= 1, without bias (Lemire 2019, arXiv:1805.10941).
  std::uint64_t below(std::uint64_t n);

 private:
  void refill();

  std::array<std::uint64_t, 2> key_;
  std::uint64_t row_;
  std::uint64_t block_ = 0;
  std::array<std::uint64_t, 4> words_{};
  int next_ = 4;
  double spare_ = 0;
  bool has_spare_ = false;
};

/// A family of independent streams, one a row.
struct Random {
  std::uint64_t seed;
  Purpose purpose;

  Draws row(std::uint64_t i) const { return {seed, purpose, i}; }
};

/// Fills each column n of `x` (D, N) with standard normals of row `first_row + n`.
void fill_normal(const Random& random, std::uint64_t first_row, PointsOut x);

/// A permutation of {0, ..., n-1}, uniform over all (Fisher and Yates), from one row's draws.
std::vector<Index> random_permutation(Draws draws, Index n);

}  // namespace fm
