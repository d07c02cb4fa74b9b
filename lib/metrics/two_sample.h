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

namespace fm {

struct TwoSampleOptions {
  std::int64_t repeats = 5;
  std::int64_t permutations = 199;
  std::int64_t max_rows = 0;

  static constexpr auto fields() {
    using O = TwoSampleOptions;
    constexpr auto group = "Comparison";
    return std::tuple{
        field("repeats", &O::repeats, "subsets over which a biased distance and its floor are averaged",
              between(1, 10000))
            .in(group),
        // 19: the fewest whose 95 % quantile exists.
        field("permutations", &O::permutations, "relabellings in the test of an unbiased distance",
              between(19, 100000))
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
  std::optional<double> p_value;                   ///< of an unbiased distance
  Index sample_rows = 0;                           ///< n, all samples
  Index reference_rows = 0;                        ///< m, all of the reference
  Index rows = 0;          ///< n' on each side: min(n, floor(m / 2), max_rows or the metric's usual_rows)
  Index repeats = 0;       ///< 1 for an unbiased distance
  Index permutations = 0;  ///< 0 for a biased distance
};

/// samples (D, n), reference (D, m), n >= 2, m >= 4. Sizes are equal on both sides and for both numbers.
/// Biased distances (w2, sliced-w2): value is the mean over subsets of distance(n' samples, n' reference
/// rows), floor that over disjoint pairs of n' reference rows, with standard errors over `repeats`. Subsets
/// are successive pieces of random orders; where there are not rows enough for all to be disjoint the errors
/// are too small by the overlap. Unbiased distances (energy): value is one such distance, floor the 95 %
/// quantile over `permutations` relabellings of its 2 n' points, p_value = (1 + #{relabelled >= value}) / (1
/// + permutations): at most .05 where value exceeds floor. The result is a function of the arguments alone,
/// for any number of threads. Throws data errors "sample-size" (n < 2), "reference-size" (m < 4), usage error
/// "max-rows" (1), and those of distance.
TwoSampleResult two_sample(const Metric& metric, PointsIn samples, PointsIn reference,
                           const TwoSampleOptions& options, std::uint64_t seed);

}  // namespace fm
