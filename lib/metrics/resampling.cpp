#include "metrics/resampling.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include "core/parallel.h"
#include "core/random.h"
#include "metrics/classifier.h"
#include "metrics/energy.h"

namespace fm {

namespace {

// Rows of the generator under Purpose::subsets, apart for each use.
constexpr std::uint64_t relabellings = std::uint64_t{2} << 40;
constexpr std::uint64_t sample_parts = std::uint64_t{5} << 40;
constexpr std::uint64_t reference_parts = std::uint64_t{6} << 40;
constexpr std::uint64_t redrawn_samples = std::uint64_t{7} << 40;
constexpr std::uint64_t redrawn_reference = std::uint64_t{8} << 40;

/// Relabellings whose distances differ by rounding alone count as equal, relative to the largest distance.
constexpr double tie = 1e-9;

/// Columns of weights for so many points that are held at a time.
Index columns_at_once(Index points) {
  constexpr Index numbers = 16 << 20;
  return std::clamp<Index>(numbers / points, 16, 256);
}

/// Labels (2 n', count): column p marks n' random points, those of relabelling `first` + p.
Points random_labels(Index rows, Index first, Index count, std::uint64_t seed) {
  Points labels = Points::Zero(2 * rows, count);
  const Random random{seed, Purpose::subsets};
  for (Index p = 0; p < count; ++p) {
    const auto order =
        random_permutation(random.row(relabellings + static_cast<std::uint64_t>(first + p)), 2 * rows);
    for (Index n = 0; n < rows; ++n) labels(order[static_cast<std::size_t>(n)], p) = 1;
  }
  return labels;
}

/// How often each of n points is drawn (n, count) in draws `first`, first + 1, ... of n with replacement.
Points random_counts(Index n, Index first, Index count, std::uint64_t seed, std::uint64_t first_row) {
  Points counts = Points::Zero(n, count);
  const Random random{seed, Purpose::subsets};
  for (Index p = 0; p < count; ++p) {
    Draws draws = random.row(first_row + static_cast<std::uint64_t>(first + p));
    for (Index k = 0; k < n; ++k) ++counts(static_cast<Index>(draws.below(static_cast<std::uint64_t>(n))), p);
  }
  return counts;
}

Points pooled_points(PointsIn x, PointsIn y) {
  Points pooled(x.rows(), x.cols() + y.cols());
  pooled << x, y;
  return pooled;
}

/// The value of the first half beside the second, and then of `count` relabellings: all in one pass over
/// pairs, or a few hundred at a time to bound the memory for labels.
std::vector<double> relabelled_distances(const Metric& metric, const Points& pooled, Index count,
                                         std::uint64_t seed) {
  const Index rows = pooled.cols() / 2, at_once = columns_at_once(pooled.cols());
  std::vector<double> values;
  for (Index first = 0; first < count; first += at_once) {
    const Index part = std::min(at_once, count - first), observed = first == 0 ? 1 : 0;
    Points labels = Points::Zero(2 * rows, part + observed);
    labels.topLeftCorner(rows, observed).setOnes();
    labels.rightCols(part) = random_labels(rows, first, part, seed);
    const Vector found = distances(metric, pooled, labels, seed);
    values.insert(values.end(), found.begin(), found.end());
  }
  return values;
}

bool grows(const Metric& metric) {
  return std::visit([](const auto& member) { return member.grows; }, metric);
}

using Redrawing = std::function<Vector(const Points& a, const Points& b)>;

/// Values of an unbiased metric for clouds drawn again; empty for other metrics.
Redrawing redrawing_of(const Metric& metric, PointsIn x, PointsIn y, std::uint64_t seed) {
  if (std::holds_alternative<Energy>(metric))
    return [=](const Points& a, const Points& b) { return redrawn_energies(x, a, y, b); };
  const Mmd* const mmd = std::get_if<Mmd>(&metric);
  if (!mmd) return {};
  const double bandwidth = bandwidth_of(*mmd, pooled_points(x, y), seed);
  return [=, kernel = mmd->kernel](const Points& a, const Points& b) {
    return redrawn_mmds(x, a, y, b, kernel, bandwidth);
  };
}

/// The share q of sorted values lies below: the nearest rank.
double quantile(const std::vector<double>& sorted, double q) {
  const auto count = static_cast<double>(sorted.size());
  return sorted[static_cast<std::size_t>(std::clamp(std::ceil(q * count) - 1, 0.0, count - 1))];
}

double square_if(bool squared, double value) {
  return squared ? value * value : value;
}

}  // namespace

Subsets::Subsets(PointsIn cloud, Index count, std::uint64_t seed, std::uint64_t first_order)
    : cloud_(cloud), count_(count), seed_(seed), first_order_(first_order) {}

Points Subsets::at(Index r) const {
  const Index pieces = cloud_.cols() / count_;
  const Random random{seed_, Purpose::subsets};
  const auto order =
      random_permutation(random.row(first_order_ + static_cast<std::uint64_t>(r / pieces)), cloud_.cols());
  const auto* from = order.data() + r % pieces * count_;
  return cloud_(Eigen::all, std::vector<Index>(from, from + count_));
}

PermutationTest permutation_test(const Metric& metric, PointsIn x, PointsIn y, Index permutations,
                                 std::uint64_t seed) {
  check_comparable(metric, x, y);
  if (const auto* network = std::get_if<C2stNetwork>(&metric)) {
    const HeldOutAccuracy result = network_accuracy(x, y, network->width, network->steps, seed);
    return {result.accuracy(), chance_of(result), {}};
  }
  PermutationTest test;
  std::vector<double>& all = test.relabelled;
  all = relabelled_distances(metric, pooled_points(x, y), permutations, seed);
  const double value = test.value = all.front();
  all.erase(all.begin());
  std::sort(all.begin(), all.end());
  const double rounding = tie * std::max({std::abs(value), std::abs(all.front()), std::abs(all.back())});
  const auto as_far = grows(metric)
                          ? all.end() - std::lower_bound(all.begin(), all.end(), value - rounding)
                          : std::upper_bound(all.begin(), all.end(), value + rounding) - all.begin();
  test.p_value = static_cast<double>(as_far + 1) / static_cast<double>(permutations + 1);
  return test;
}

std::optional<Interval> bootstrap_interval(const Metric& metric, PointsIn x, PointsIn y, Index draws,
                                           std::uint64_t seed) {
  const Redrawing redrawn = redrawing_of(metric, x, y, seed);
  if (!redrawn || draws == 0) return std::nullopt;
  const Index at_once = columns_at_once(x.cols() + y.cols());
  std::vector<double> values;
  for (Index first = 0; first < draws; first += at_once) {
    const Index count = std::min(at_once, draws - first);
    const Vector found = redrawn(random_counts(x.cols(), first, count, seed, redrawn_samples),
                                 random_counts(y.cols(), first, count, seed, redrawn_reference));
    values.insert(values.end(), found.begin(), found.end());
  }
  std::sort(values.begin(), values.end());
  return Interval{quantile(values, 0.025), quantile(values, 0.975)};
}

std::optional<Interval> subset_interval(const Metric& metric, double value, PointsIn samples,
                                        PointsIn reference, Index rows, Index used, std::uint64_t seed) {
  constexpr Index draws = 20;
  constexpr double student = 2.0930240544082634;  // 97.5 % quantile of t with 19 degrees of freedom
  const Index size = rows / 2;
  if (size < 2 * least_rows(metric)) return std::nullopt;
  const bool squared = std::visit([](const auto& m) { return m.power_of_unit == 1; }, metric);
  const double bound = std::visit([](const auto& m) { return m.most; }, metric);
  Vector values(draws);
  parallel_chunks(draws, 1, [&](Index r, Index, Index) {
    const auto order = static_cast<std::uint64_t>(r);
    values[r] =
        square_if(squared, distance(metric, Subsets(samples, size, seed, sample_parts + order).at(0),
                                    Subsets(reference, size, seed, reference_parts + order).at(0), seed));
  });
  const double variance = (values.array() - values.mean()).square().sum() / (draws - 1);
  const auto b = static_cast<double>(size),
             all = static_cast<double>(std::min(samples.cols(), reference.cols()));
  const double half = student * std::sqrt(variance * b / (1 - b / all) / static_cast<double>(used));
  const double centre = square_if(squared, value), low = std::max(0.0, centre - half), high = centre + half;
  if (squared) return Interval{std::sqrt(low), std::sqrt(high)};
  return Interval{low, std::min(high, bound)};
}

}  // namespace fm
