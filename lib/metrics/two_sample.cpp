#include "metrics/two_sample.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <vector>

#include "core/error.h"
#include "core/numeric.h"
#include "core/parallel.h"
#include "core/value.h"

namespace fm {

namespace {

/// The first `rows` of random orders of samples and of the reference.
Points first_samples(PointsIn samples, Index rows, std::uint64_t seed) {
  return random_subset(samples, rows, Random{seed, Purpose::subsets}.row(0));
}
Points first_reference(PointsIn reference, Index rows, std::uint64_t seed) {
  return random_subset(reference, rows, Random{seed, Purpose::reference_subsets}.row(0));
}

/// Value and floor: means and standard errors over repeated pairs of subsets. The test of the first pair
/// where it comes with its value.
std::optional<PermutationTest> compare_biased(const Metric& metric, PointsIn sample_cloud,
                                              PointsIn reference_cloud, Index repeats, std::uint64_t seed,
                                              TwoSampleResult& result) {
  const Index rows = result.rows;
  const Subsets samples(sample_cloud, rows, {seed, Purpose::subsets});
  const Subsets reference(reference_cloud, 2 * rows, {seed, Purpose::reference_subsets});
  Vector values(repeats), floors(repeats);
  std::optional<PermutationTest> exact;
  parallel_chunks(2 * repeats, 1, [&](Index task, Index, Index) {
    const Index r = task / 2;
    const Points parts = reference.at(r);
    const auto first = parts.leftCols(rows), second = parts.rightCols(rows);
    if (task == 0) exact = exact_test(metric, samples.at(r), first, seed);
    if (task % 2 == 1)
      floors[r] = distance(metric, second, first, seed);
    else
      values[r] = task == 0 && exact ? exact->value : distance(metric, samples.at(r), first, seed);
  });
  const Estimate value = mean_estimate(values), floor = mean_estimate(floors);
  result.repeats = repeats;
  result.value = value.value;
  result.floor = floor.value;
  if (repeats > 1) {
    result.value_error = value.standard_error;
    result.floor_error = floor.standard_error;
  }
  if (result.floor > 0) result.ratio = result.value / result.floor;
  return exact;
}

/// Rank ceil(0.95 (1 + permutations)): a value above it has at most a twentieth of all labellings at or above
/// it, the observed one included.
double upper_twentieth(const std::vector<double>& relabelled) {
  const std::size_t count = relabelled.size() + 1;
  return relabelled[(19 * count + 19) / 20 - 1];
}

/// Contrasts of a kernel that is 0 or 1 for all pairs but for 2^-53 of rounding are sums of so little.
constexpr double flat_contrast = 1e-13;

/// `relabelled` in rising order. Points that are all one have no distances to tell.
void check_kernel(const Mmd& metric, const Points& x, const Points& y, const PermutationTest& test) {
  const double largest =
      std::max({std::abs(test.value), std::abs(test.relabelled.front()), std::abs(test.relabelled.back())});
  const bool one_point = (x.colwise() - x.col(0)).isZero(0) && (y.colwise() - x.col(0)).isZero(0);
  if (largest > flat_contrast || one_point) return;
  throw numeric_error("kernel-flat",
                      "the kernel of " + print_value(Metric(metric)) +
                          " is the same for all pairs of these points but for rounding: no digit is left",
                      "take a bandwidth near their distances: bandwidth=0 is the median");
}

/// One distance, its test and its bootstrap.
void compare_unbiased(const Metric& metric, PointsIn samples, PointsIn reference,
                      const TwoSampleOptions& options, std::uint64_t seed, TwoSampleResult& result) {
  const Points x = first_samples(samples, result.rows, seed),
               y = first_reference(reference, result.rows, seed);
  const auto [test, interval] =
      resampled_contrast(metric, x, y, options.permutations, options.bootstrap, seed);
  if (const auto* const mmd = std::get_if<Mmd>(&metric)) check_kernel(*mmd, x, y, test);
  result.value = test.value;
  result.floor = upper_twentieth(test.relabelled);
  result.p_value = test.p_value;
  result.interval = interval;
  result.repeats = 1;
  result.permutations = options.permutations;
  result.test_rows = result.rows;
}

/// Means over subsets, a test on a part of the first ones, and an interval from smaller disjoint ones.
void compare_repeatedly(const Metric& metric, PointsIn samples, PointsIn reference,
                        const TwoSampleOptions& options, std::uint64_t seed, TwoSampleResult& result) {
  const Index rows = result.rows;
  const auto exact = compare_biased(metric, samples, reference, options.repeats, seed, result);
  const Index tested = std::min(rows, traits_of(metric).test_rows);
  const PermutationTest test =
      exact ? *exact
            : permutation_test(metric, first_samples(samples, tested, seed),
                               first_reference(reference, tested, seed), options.permutations, seed);
  result.p_value = test.p_value;
  result.permutations = static_cast<Index>(test.relabelled.size());
  result.test_rows = tested;
  if (options.bootstrap == 0) return;
  const auto disjoint = [&](PointsIn cloud, Index piece) {
    return std::min(options.repeats, cloud.cols() / piece);
  };
  const Index used = rows * std::min(disjoint(samples, rows), disjoint(reference, 2 * rows));
  result.interval = subset_interval(metric, result.value, samples, reference, rows, used, seed);
}

/// The power of two next to the largest coordinate where squares of coordinates would leave the doubles,
/// else 1.
double size_unit(PointsIn samples, PointsIn reference) {
  if (samples.size() == 0 || reference.size() == 0) return 1;
  const double largest = std::max(samples.cwiseAbs().maxCoeff(), reference.cwiseAbs().maxCoeff());
  constexpr double plain_low = 0x1p-400, plain_high = 0x1p400;
  const bool plain = largest == 0 || !std::isfinite(largest) || (largest > plain_low && largest < plain_high);
  return plain ? 1 : std::exp2(std::floor(std::log2(largest)));
}

/// The metric of clouds divided by `unit`.
Metric in_units(Metric metric, double unit) {
  constexpr double least = std::numeric_limits<double>::denorm_min(),
                   most = std::numeric_limits<double>::max();
  if (auto* const mmd = std::get_if<Mmd>(&metric); mmd && mmd->bandwidth > 0)
    mmd->bandwidth = std::clamp(mmd->bandwidth / unit, least, most);
  return metric;
}

/// To the unit of the coordinates, for distances.
void rescale(TwoSampleResult& result, double unit) {
  result.value *= unit;
  if (result.interval) *result.interval = {result.interval->low * unit, result.interval->high * unit};
  result.floor *= unit;
  if (result.value_error) *result.value_error *= unit;
  if (result.floor_error) *result.floor_error *= unit;
}

void check_finite(const TwoSampleResult& result) {
  for (const double number : {result.value, result.floor, result.p_value.value_or(0)})
    if (!std::isfinite(number))
      throw numeric_error("metric-number", result.metric + " of these clouds is not a finite number",
                          "other parameters of the metric, or --standardize columns, may do");
}

/// Of each side in a comparison of n samples and m rows of the reference.
Index compared_rows(const Metric& metric, Index n, Index m, const TwoSampleOptions& options) {
  const Index most = options.max_rows > 0 ? options.max_rows : traits_of(metric).usual_rows;
  return std::min({n, m / 2, most});
}

/// two_sample() of coordinates whose squares are doubles.
TwoSampleResult compare(const Metric& metric, PointsIn samples, PointsIn reference,
                        const TwoSampleOptions& options, std::uint64_t seed) {
  check_clouds(samples, reference);
  check_rows(metric, samples.cols(), reference.cols(), options);
  TwoSampleResult result;
  result.metric = name_of(metric);
  result.sample_rows = samples.cols();
  result.reference_rows = reference.cols();
  result.rows = compared_rows(metric, samples.cols(), reference.cols(), options);
  if (traits_of(metric).unbiased)
    compare_unbiased(metric, samples, reference, options, seed, result);
  else
    compare_repeatedly(metric, samples, reference, options, seed, result);
  check_finite(result);
  return result;
}

}  // namespace

void check_rows(const Metric& metric, Index n, Index m, const TwoSampleOptions& options) {
  if (n < 2)
    throw data_error("sample-size", "a comparison needs at least 2 samples, not " + std::to_string(n));
  if (m < 4)
    throw data_error("reference-size", "a comparison needs a reference of at least 4 rows, not " +
                                           std::to_string(m) + ": it is halved to find the noise floor");
  const Index rows = compared_rows(metric, n, m, options);
  check_size(metric, rows, rows);
}

void check_options(const TwoSampleOptions& options) {
  if (options.max_rows == 1)
    throw usage_error("max-rows", "a comparison needs at least 2 rows on each side", "--max-rows 0 chooses");
  if (options.bootstrap > 0 && options.bootstrap < 39)
    throw usage_error(
        "bootstrap-draws",
        "--bootstrap " + std::to_string(options.bootstrap) + ": a 95 % interval needs at least 39 draws",
        "--bootstrap 39, or 0 for no interval");
}

TwoSampleResult two_sample(const Metric& metric, PointsIn samples, PointsIn reference,
                           const TwoSampleOptions& options, std::uint64_t seed) {
  check_options(options);
  const double unit = size_unit(samples, reference);
  if (unit == 1) return compare(metric, samples, reference, options, seed);
  TwoSampleResult result = compare(in_units(metric, unit), samples / unit, reference / unit, options, seed);
  if (traits_of(metric).power_of_unit == 1) rescale(result, unit);
  return result;
}

}  // namespace fm
