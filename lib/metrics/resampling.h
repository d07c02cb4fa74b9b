// What a comparison of two clouds is where labels mean nothing, and how far its value is uncertain:
// permutation tests, bootstraps and disjoint subsets, for every metric.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/random.h"
#include "core/types.h"
#include "metrics/metric.h"

namespace fm {

/// Piece number `piece` (D, count) of the points (D, n) in a random order, (piece + 1) count <= n.
Points random_subset(PointsIn cloud, Index count, Draws draws, Index piece = 0);

/// Random subsets of a cloud: successive pieces of one random order while it lasts, then of the next.
class Subsets {
 public:
  /// Subsets of `count` points, at most those of the cloud; order k is drawn by row k of `random`.
  Subsets(PointsIn cloud, Index count, const Random& random)
      : cloud_(cloud), count_(count), random_(random) {}

  /// Subset r = 0, 1, ... (D, count): a function of r alone, so that none has to be kept.
  Points at(Index r) const;

 private:
  PointsIn cloud_;
  Index count_;
  Random random_;
};

struct PermutationTest {
  double value = 0;  ///< of the metric
  double p_value = 1;
  std::vector<double> relabelled;  ///< in rising order; empty where p comes from an exact law
};

/// The test by the exact law of the metric's value for one law, nullopt if it has none; c2st-network has.
/// Throws what distance() does.
std::optional<PermutationTest> exact_test(const Metric& metric, PointsIn x, PointsIn y, std::uint64_t seed);

/// Test that samples x (D, n) and reference y (D, n) are of one law: p = (1 + #{relabelled as far or
/// further}) / (1 + permutations), where "further" is what the metric's trait `grows` says; at most `alpha`
/// with probability at most alpha where laws are equal, whatever they are. Relabellings that differ from the
/// value by rounding alone count. exact_test() instead, without relabellings, if there is one. Cost that of
/// distances() for so many columns; memory for labels at most 128 MiB beyond 2000 points.
PermutationTest permutation_test(const Metric& metric, PointsIn x, PointsIn y, Index permutations,
                                 std::uint64_t seed);

struct Interval {
  double low = 0, high = 0;
};

struct ResampledContrast {
  PermutationTest test;
  std::optional<Interval> interval;  ///< none for 0 draws
};

/// permutation_test() of an unbiased metric, and a 95 % percentile interval (Efron 1979) of its value from
/// `draws` bootstrap samples of x (D, n) and y (D, n), in one pass over the pairs of points, or in several
/// where weights for all would take more than 128 MiB. For laws apart the interval covers their distance at
/// its level; for equal laws, where the statistic is degenerate, it is wider than that needs (Arcones and
/// Gine 1992). For metrics that are not unbiased there is none: the bootstrap, which repeats points, would
/// estimate a distance of other laws (for w2 see Sommerfeld and Munk 2018, arXiv:1610.03287). Cost
/// O(n^2 (D + permutations + draws)).
ResampledContrast resampled_contrast(const Metric& metric, PointsIn x, PointsIn y, Index permutations,
                                     Index draws, std::uint64_t seed);

/// 95 % interval around `value` of a metric that is not unbiased, for its mean over clouds of that size. The
/// variance s^2 over 20 pairs of random subsets of b = rows / 2 points stands for one of b / (1 - b / N)
/// points of the law, N those of the smaller cloud, as drawing without replacement has it, and so that of the
/// value is s^2 b / ((1 - b / N) used); the width is Student's t with 19 degrees of freedom. Distances are
/// squared before, whose law is nearer to normal (del Barrio and Loubes 2019, arXiv:1705.01299). `rows`: of
/// each side in one of the distances that the value is the mean of, at most half of each cloud's or all of
/// the samples; `used`: disjoint ones in all of them. Source: delete-d jackknife, Shao and Wu 1989; it needs
/// no smooth statistic and repeats no point. It needs fluctuations that fall as rows^(-1/2), which they do
/// for laws apart; for equal ones they may fall faster, and the interval is then too wide. nullopt where b is
/// below twice the metric's `least`.
std::optional<Interval> subset_interval(const Metric& metric, double value, PointsIn samples,
                                        PointsIn reference, Index rows, Index used, std::uint64_t seed);

}  // namespace fm
