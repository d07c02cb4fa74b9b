// Comparison of a cloud of samples with a reference: the distance, beside what the same distance is between
// two parts of the reference, so that a reader sees how much of it is noise.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <tuple>

#include "core/fields.h"
#include "core/types.h"
#include "metrics/metric.h"
#include "metrics/resampling.h"

namespace fm {

struct TwoSampleOptions {
  std::int64_t repeats = 5;
  std::int64_t permutations = 199;
  std::int64_t bootstrap = 200;
  std::int64_t max_rows = 0;

  static constexpr auto fields() {
    using O = TwoSampleOptions;
    constexpr auto group = "Comparison";
    return std::tuple{
        field("repeats", &O::repeats, "subsets over which a biased distance and its floor are averaged",
              between(1, 10000))
            .in(group),
        // 19: the fewest whose 95 % quantile exists.
        field("permutations", &O::permutations, "relabellings in the test that both laws are one",
              between(19, 100000))
            .in(group),
        field("bootstrap", &O::bootstrap, "draws for the interval of an unbiased distance; 0: no intervals",
              between(0, 100000))
            .in(group),
        field("max_rows", &O::max_rows, "rows of each side used at most; 0: what suits the distance",
              at_least(0))
            .in(group)};
  }
};

struct TwoSampleResult {
  std::string metric;  ///< name
  double value = 0;    ///< distance between `rows` samples and `rows` rows of the reference
  double floor = 0;    ///< the same where there is only noise: see two_sample
  std::optional<double> value_error, floor_error;  ///< standard errors, where there are two repeats or more
  std::optional<double> ratio;                     ///< value / floor of a biased distance, if floor > 0
  std::optional<double> p_value;                   ///< that samples and reference are of one law
  std::optional<Interval> interval;                ///< 95 %, of the value: see two_sample
  Index sample_rows = 0;                           ///< n, all samples
  Index reference_rows = 0;                        ///< m, all of the reference
  Index rows = 0;          ///< n' on each side: min(n, floor(m / 2), max_rows or the metric's usual_rows)
  Index repeats = 0;       ///< 1 for an unbiased distance
  Index permutations = 0;  ///< 0 where p comes from an exact law
  Index test_rows = 0;     ///< on each side in the test
};

/// Throws usage errors "max-rows" (1) and "bootstrap-draws" (fewer than 39, whose 2.5 % quantile does not
/// exist, but more than 0).
void check_options(const TwoSampleOptions& options);

/// Throws data errors "sample-size" (n < 2), "reference-size" (m < 4) and "cloud-size" where n samples and m
/// rows of the reference are too few for the metric under these options.
void check_rows(const Metric& metric, Index n, Index m, const TwoSampleOptions& options);

/// samples (D, n), reference (D, m), n >= 2, m >= 4. Sizes are equal on both sides and for both numbers.
/// Metrics that are not unbiased (w2, sliced-w2, shares, accuracies): value is the mean over subsets of
/// distance(n' samples, n' reference rows), floor that over disjoint pairs of n' reference rows, with
/// standard errors over `repeats`. Subsets are successive pieces of random orders; where there are not rows
/// enough for all to be disjoint the errors are too small by the overlap, which the interval
/// (subset_interval) is not. Unbiased distances (energy, mmd): value is one such distance, floor the 95 %
/// quantile over `permutations` relabellings of its 2 n' points, so that p is at most .05 where value exceeds
/// floor; the interval is resampled_contrast()'s. p is permutation_test's on min(n', the metric's test_rows)
/// rows of the first subsets. The result is a function of the arguments alone, for any number of threads.
/// Throws what check_options(), check_rows() and distance() do, and numeric errors "kernel-flat" (mmd, of
/// points that are not all one, where the kernel of its bandwidth is the same for all pairs but for rounding)
/// and "metric-number" (value, floor or p is not finite).
TwoSampleResult two_sample(const Metric& metric, PointsIn samples, PointsIn reference,
                           const TwoSampleOptions& options, std::uint64_t seed);

}  // namespace fm
