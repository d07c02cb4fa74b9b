#include "metrics/resampling.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/parallel.h"
#include "core/random.h"
#include "data/column_statistics.h"
#include "metrics/classifier.h"

namespace fm {

namespace {

/// Relabellings whose distances differ by rounding alone count as equal, relative to the largest distance.
constexpr double tie = 1e-9;

/// Columns of labels, as doubles, for so many points that are held at a time.
Index labels_at_once(Index points) {
  constexpr Index numbers = 16 << 20;
  return std::clamp<Index>(numbers / points, 16, 256);
}

/// Columns of weights, a byte each, for so many points that are held at a time.
Index weights_at_once(Index points) {
  constexpr Index bytes = 128 << 20;
  return std::max<Index>(bytes / points, 64);
}

/// Marks half of the points, at random, by 1; the others are 0 already.
template <class Labels>
void mark_half(Labels labels, Index relabelling, std::uint64_t seed) {
  const auto order = random_permutation(
      Random{seed, Purpose::relabellings}.row(static_cast<std::uint64_t>(relabelling)), labels.size());
  for (Index n = 0; n < labels.size() / 2; ++n) labels(order[static_cast<std::size_t>(n)]) = 1;
}

/// Adds how often each of n points is drawn in n draws with replacement. More than 255 times, which a byte
/// does not hold, has a probability below n / 256!.
template <class Counts>
void count_draws(Counts counts, Draws draws) {
  for (Index k = 0; k < counts.size(); ++k)
    ++counts(static_cast<Index>(draws.below(static_cast<std::uint64_t>(counts.size()))));
}

Points pooled_points(PointsIn x, PointsIn y) {
  Points pooled(x.rows(), x.cols() + y.cols());
  pooled << x, y;
  return pooled;
}

/// The value of the first half beside the second, and then of `count` relabellings: all in one pass, or a few
/// hundred at a time to bound the memory for labels.
std::vector<double> relabelled_distances(const Metric& metric, const Points& pooled, Index count,
                                         std::uint64_t seed) {
  const Index rows = pooled.cols() / 2, at_once = labels_at_once(pooled.cols());
  std::vector<double> values;
  for (Index first = 0; first < count; first += at_once) {
    const Index part = std::min(at_once, count - first), observed = first == 0 ? 1 : 0;
    Points labels = Points::Zero(2 * rows, part + observed);
    labels.topLeftCorner(rows, observed).setOnes();
    for (Index p = 0; p < part; ++p) mark_half(labels.col(observed + p), first + p, seed);
    const Vector found = distances(metric, pooled, labels, seed);
    values.insert(values.end(), found.begin(), found.end());
  }
  return values;
}

/// Columns first, ..., first + count - 1 of: the division into x and y, relabellings, draws.
PairWeights weights_of(Index first, Index count, Index permutations, Index rows, std::uint64_t seed) {
  PairWeights weights = PairWeights::Zero(2 * rows, count);
  parallel_chunks(count, 64, [&](Index begin, Index end, Index) {
    for (Index c = begin; c < end; ++c) {
      const Index draw = first + c - 1 - permutations;
      if (first + c == 0) {
        weights.col(c).head(rows).setOnes();
      } else if (draw < 0) {
        mark_half(weights.col(c), first + c - 1, seed);
      } else {
        const auto row = static_cast<std::uint64_t>(draw);
        count_draws(weights.col(c).head(rows), Random{seed, Purpose::sample_redraws}.row(row));
        count_draws(weights.col(c).tail(rows), Random{seed, Purpose::reference_redraws}.row(row));
      }
    }
  });
  return weights;
}

/// The test by `all`: the value, and then those of relabellings.
PermutationTest test_of(const Metric& metric, std::vector<double> all) {
  const double value = all.front();
  const auto permutations = static_cast<double>(all.size() - 1);
  all.erase(all.begin());
  std::sort(all.begin(), all.end());
  const double rounding = tie * std::max({std::abs(value), std::abs(all.front()), std::abs(all.back())});
  const auto as_far = traits_of(metric).grows
                          ? all.end() - std::lower_bound(all.begin(), all.end(), value - rounding)
                          : std::upper_bound(all.begin(), all.end(), value + rounding) - all.begin();
  return {value, static_cast<double>(as_far + 1) / (permutations + 1), std::move(all)};
}

double square_if(bool squared, double value) {
  return squared ? value * value : value;
}

}  // namespace

Points random_subset(PointsIn cloud, Index count, Draws draws, Index piece) {
  const auto order = random_permutation(draws, cloud.cols());
  const auto* const from = order.data() + piece * count;
  return cloud(Eigen::all, std::vector<Index>(from, from + count));
}

Points Subsets::at(Index r) const {
  const Index pieces = cloud_.cols() / count_;
  return random_subset(cloud_, count_, random_.row(static_cast<std::uint64_t>(r / pieces)), r % pieces);
}

std::optional<PermutationTest> exact_test(const Metric& metric, PointsIn x, PointsIn y, std::uint64_t seed) {
  const auto* const network = std::get_if<C2stNetwork>(&metric);
  if (!network) return std::nullopt;
  check_comparable(metric, x, y);
  const HeldOutAccuracy result = network_accuracy(x, y, network->width, network->steps, seed);
  return PermutationTest{result.accuracy(), chance_of(result), {}};
}

PermutationTest permutation_test(const Metric& metric, PointsIn x, PointsIn y, Index permutations,
                                 std::uint64_t seed) {
  if (traits_of(metric).unbiased) return resampled_contrast(metric, x, y, permutations, 0, seed).test;
  if (const auto exact = exact_test(metric, x, y, seed)) return *exact;
  check_comparable(metric, x, y);
  return test_of(metric, relabelled_distances(metric, pooled_points(x, y), permutations, seed));
}

ResampledContrast resampled_contrast(const Metric& metric, PointsIn x, PointsIn y, Index permutations,
                                     Index draws, std::uint64_t seed) {
  check_comparable(metric, x, y);
  const Points pooled = pooled_points(x, y);
  const PairContrast contrast = contrast_of(metric, pooled, seed).value();
  std::vector<double> divided, redrawn;
  const Index wanted = 1 + permutations + draws, at_once = weights_at_once(pooled.cols());
  for (Index first = 0; first < wanted; first += at_once) {
    const Index count = std::min(at_once, wanted - first);
    const Index labels = std::clamp<Index>(1 + permutations - first, 0, count);
    const ResampledContrasts found = resampled_contrasts(
        pooled, x.cols(), weights_of(first, count, permutations, x.cols(), seed), labels, contrast);
    divided.insert(divided.end(), found.divided.begin(), found.divided.end());
    redrawn.insert(redrawn.end(), found.redrawn.begin(), found.redrawn.end());
  }
  ResampledContrast result = {test_of(metric, std::move(divided)), std::nullopt};
  std::sort(redrawn.begin(), redrawn.end());
  if (draws > 0) result.interval = Interval{nearest_rank(redrawn, 0.025), nearest_rank(redrawn, 0.975)};
  return result;
}

std::optional<Interval> subset_interval(const Metric& metric, double value, PointsIn samples,
                                        PointsIn reference, Index rows, Index used, std::uint64_t seed) {
  constexpr Index draws = 20;
  constexpr double student = 2.0930240544082634;  // 97.5 % quantile of t with 19 degrees of freedom
  const Index size = rows / 2;
  const MetricTraits traits = traits_of(metric);
  if (size < 2 * traits.least) return std::nullopt;
  const bool squared = traits.power_of_unit == 1;
  Vector values(draws);
  parallel_chunks(draws, 1, [&](Index r, Index, Index) {
    const auto row = static_cast<std::uint64_t>(r);
    const Points x = random_subset(samples, size, Random{seed, Purpose::sample_parts}.row(row)),
                 y = random_subset(reference, size, Random{seed, Purpose::reference_parts}.row(row));
    values[r] = square_if(squared, distance(metric, x, y, seed));
  });
  const double variance = (values.array() - values.mean()).square().sum() / (draws - 1);
  const auto b = static_cast<double>(size),
             all = static_cast<double>(std::min(samples.cols(), reference.cols()));
  const double half = student * std::sqrt(variance * b / (1 - b / all) / static_cast<double>(used));
  const double centre = square_if(squared, value), low = std::max(0.0, centre - half), high = centre + half;
  if (squared) return Interval{std::sqrt(low), std::sqrt(high)};
  return Interval{low, std::min(high, traits.most)};
}

}  // namespace fm
