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
  Subsets(PointsIn cloud, std::uint64_t seed, std::uint64_t first_order)
      : cloud_(cloud), random_{seed, Purpose::subsets}, order_number_(first_order) {}

  /// `count` different points, at most those of the cloud.
  Points next(Index count) {
    if (static_cast<std::size_t>(position_ + count) > order_.size()) {
      order_ = random_permutation(random_.row(order_number_++), cloud_.cols());
      position_ = 0;
    }
    Points subset(cloud_.rows(), count);
    for (Index n = 0; n < count; ++n)
      subset.col(n) = cloud_.col(order_[static_cast<std::size_t>(position_ + n)]);
    position_ += count;
    return subset;
  }

 private:
  PointsIn cloud_;
  Random random_;
  std::uint64_t order_number_;
  std::vector<Index> order_;
  Index position_ = 0;
};

/// Mean and standard error of the distances of repeated pairs of subsets.
void compare_biased(const Metric& metric, Subsets& samples, Subsets& reference, Index repeats,
                    std::uint64_t seed, TwoSampleResult& result) {
  const Index rows = result.rows;
  std::vector<Points> sample_parts, reference_parts;
  for (Index r = 0; r < repeats; ++r) {
    sample_parts.push_back(samples.next(rows));
    reference_parts.push_back(reference.next(2 * rows));
  }
  Vector values(repeats), floors(repeats);
  parallel_chunks(2 * repeats, 1, [&](Index task, Index, Index) {
    const auto r = static_cast<std::size_t>(task / 2);
    const auto first = reference_parts[r].leftCols(rows), second = reference_parts[r].rightCols(rows);
    (task % 2 == 0 ? values : floors)[task / 2] = task % 2 == 0
                                                      ? distance(metric, sample_parts[r], first, seed)
                                                      : distance(metric, second, first, seed);
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

void compare_energy(Subsets& samples, Subsets& reference, Index permutations, std::uint64_t seed,
                    TwoSampleResult& result) {
  const Index rows = result.rows;
  const Points x = samples.next(rows), y = reference.next(rows);
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

TwoSampleResult two_sample(const Metric& metric, PointsIn samples, PointsIn reference,
                           const TwoSampleOptions& options, std::uint64_t seed) {
  check_clouds(samples, reference);
  check_options(options, samples.cols(), reference.cols());
  TwoSampleResult result;
  result.metric = name_of(metric);
  result.sample_rows = samples.cols();
  result.reference_rows = reference.cols();
  const Index most = options.max_rows > 0 ? options.max_rows : usual_rows(metric);
  result.rows = std::min({samples.cols(), reference.cols() / 2, most});
  Subsets sample_subsets(samples, seed, sample_orders), reference_subsets(reference, seed, reference_orders);
  if (std::holds_alternative<Energy>(metric))
    compare_energy(sample_subsets, reference_subsets, options.permutations, seed, result);
  else
    compare_biased(metric, sample_subsets, reference_subsets, options.repeats, seed, result);
  return result;
}

}  // namespace fm
