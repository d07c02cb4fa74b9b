#include "metrics/two_sample.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "core/error.h"
#include "core/numeric.h"
#include "core/parallel.h"
#include "core/random.h"
#include "core/value.h"
#include "metrics/energy.h"

namespace fm {

namespace {

// Rows of the generator under Purpose::subsets, apart for each use.
constexpr std::uint64_t sample_orders = 0;
constexpr std::uint64_t reference_orders = std::uint64_t{1} << 40;
constexpr std::uint64_t relabellings = std::uint64_t{2} << 40;

/// Random subsets of a cloud: successive pieces of one random order while it lasts, then of the next.
class Subsets {
 public:
  /// Subsets of `count` points, at most those of the cloud.
  Subsets(PointsIn cloud, Index count, std::uint64_t seed, std::uint64_t first_order)
      : cloud_(cloud), count_(count), random_{seed, Purpose::subsets}, first_order_(first_order) {}

  /// Subset r = 0, 1, ... (D, count): a function of r alone, so that none has to be kept.
  Points at(Index r) const {
    const Index pieces = cloud_.cols() / count_;
    const auto order =
        random_permutation(random_.row(first_order_ + static_cast<std::uint64_t>(r / pieces)), cloud_.cols());
    const auto* from = order.data() + r % pieces * count_;
    return cloud_(Eigen::all, std::vector<Index>(from, from + count_));
  }

 private:
  PointsIn cloud_;
  Index count_;
  Random random_;
  std::uint64_t first_order_;
};

/// Mean and standard error of the distances of repeated pairs of subsets.
void compare_biased(const Metric& metric, PointsIn sample_cloud, PointsIn reference_cloud, Index repeats,
                    std::uint64_t seed, TwoSampleResult& result) {
  const Index rows = result.rows;
  const Subsets samples(sample_cloud, rows, seed, sample_orders);
  const Subsets reference(reference_cloud, 2 * rows, seed, reference_orders);
  Vector values(repeats), floors(repeats);
  parallel_chunks(2 * repeats, 1, [&](Index task, Index, Index) {
    const Index r = task / 2;
    const Points parts = reference.at(r);
    const auto first = parts.leftCols(rows), second = parts.rightCols(rows);
    if (task % 2 == 0)
      values[r] = distance(metric, samples.at(r), first, seed);
    else
      floors[r] = distance(metric, second, first, seed);
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
}

/// Labels (2 n', count): column p marks n' random points, those of relabelling `first` + p.
Eigen::MatrixXd random_labels(Index rows, Index first, Index count, std::uint64_t seed) {
  Eigen::MatrixXd labels = Eigen::MatrixXd::Zero(2 * rows, count);
  const Random random{seed, Purpose::subsets};
  for (Index p = 0; p < count; ++p) {
    const auto order =
        random_permutation(random.row(relabellings + static_cast<std::uint64_t>(first + p)), 2 * rows);
    for (Index n = 0; n < rows; ++n) labels(order[static_cast<std::size_t>(n)], p) = 1;
  }
  return labels;
}

/// Energy distances of `count` relabellings of `pooled`, a few hundred at a time to bound the memory for
/// labels.
std::vector<double> relabelled_energies(PointsIn pooled, Index count, std::uint64_t seed) {
  constexpr Index at_once = 256;
  std::vector<double> energies;
  for (Index first = 0; first < count; first += at_once) {
    const Index part = std::min(at_once, count - first);
    const Vector found = energy_distances(pooled, random_labels(pooled.cols() / 2, first, part, seed));
    energies.insert(energies.end(), found.begin(), found.end());
  }
  std::sort(energies.begin(), energies.end());
  return energies;
}

/// Relabellings whose distances differ by rounding alone count as equal, relative to the largest distance.
constexpr double tie = 1e-9;

void compare_energy(PointsIn samples, PointsIn reference, Index permutations, std::uint64_t seed,
                    TwoSampleResult& result) {
  const Index rows = result.rows;
  const Points x = Subsets(samples, rows, seed, sample_orders).at(0),
               y = Subsets(reference, rows, seed, reference_orders).at(0);
  Points pooled(x.rows(), 2 * rows);
  pooled << x, y;
  const std::vector<double> energies = relabelled_energies(pooled, permutations, seed);
  result.value = energy_distance(x, y);
  const double rounding =
      tie * std::max({std::abs(result.value), std::abs(energies.front()), energies.back()});
  const auto at_least =
      energies.end() - std::lower_bound(energies.begin(), energies.end(), result.value - rounding);
  const auto count = static_cast<double>(permutations + 1);
  result.p_value = static_cast<double>(at_least + 1) / count;
  // Rank ceil(0.95 (1 + permutations)): a value above it has at most a twentieth of all labellings at or
  // above it, the observed one included.
  result.floor = energies[static_cast<std::size_t>((19 * (permutations + 1) + 19) / 20) - 1];
  result.repeats = 1;
  result.permutations = permutations;
}

Index usual_rows(const Metric& metric) {
  return std::visit([](const auto& member) { return member.usual_rows; }, metric);
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

/// All distances here are of the unit of the coordinates.
void rescale(TwoSampleResult& result, double unit) {
  result.value *= unit;
  result.floor *= unit;
  if (result.value_error) *result.value_error *= unit;
  if (result.floor_error) *result.floor_error *= unit;
}

void check_options(const TwoSampleOptions& options, Index n, Index m) {
  if (n < 2)
    throw data_error("sample-size", "a comparison needs at least 2 samples, not " + std::to_string(n));
  if (m < 4)
    throw data_error("reference-size", "a comparison needs a reference of at least 4 rows, not " +
                                           std::to_string(m) + ": it is halved to find the noise floor");
  if (options.max_rows == 1)
    throw usage_error("max-rows", "a comparison needs at least 2 rows on each side", "--max-rows 0 chooses");
}

}  // namespace

TwoSampleResult two_sample(const Metric& metric, PointsIn all_samples, PointsIn all_reference,
                           const TwoSampleOptions& options, std::uint64_t seed) {
  if (all_samples.rows() == all_reference.rows())
    if (const double unit = size_unit(all_samples, all_reference); unit != 1) {
      TwoSampleResult result = two_sample(metric, all_samples / unit, all_reference / unit, options, seed);
      rescale(result, unit);
      return result;
    }
  const PointsIn &samples = all_samples, &reference = all_reference;
  check_clouds(samples, reference);
  check_options(options, samples.cols(), reference.cols());
  TwoSampleResult result;
  result.metric = name_of(metric);
  result.sample_rows = samples.cols();
  result.reference_rows = reference.cols();
  const Index most = options.max_rows > 0 ? options.max_rows : usual_rows(metric);
  result.rows = std::min({samples.cols(), reference.cols() / 2, most});
  if (std::holds_alternative<Energy>(metric))
    compare_energy(samples, reference, options.permutations, seed, result);
  else
    compare_biased(metric, samples, reference, options.repeats, seed, result);
  return result;
}

}  // namespace fm
