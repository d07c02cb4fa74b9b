#include "metrics/memorisation.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "core/error.h"
#include "core/random.h"
#include "metrics/neighbours.h"
#include "metrics/resampling.h"

namespace fm {

namespace {

/// The votes of the first `rows` rows in `order`.
double votes_of(const Vector& votes, const std::vector<Index>& order, Index rows) {
  double sum = 0;
  for (Index k = 0; k < rows; ++k) sum += votes[order[static_cast<std::size_t>(k)]];
  return sum;
}

double median_ratio(const Vector& to_training, const Vector& to_held_out) {
  Vector ratios =
      (to_training.array() == to_held_out.array()).select(1.0, to_training.array() / to_held_out.array());
  const Index middle = ratios.size() / 2;
  std::nth_element(ratios.begin(), ratios.begin() + middle, ratios.end());
  return ratios[middle];
}

/// Wilson 1927, "Probable inference, the law of succession, and statistical inference".
void wilson_interval(double share, double count, double& low, double& high) {
  constexpr double z = 1.959963984540054;
  const double centre = (share + z * z / (2 * count)) / (1 + z * z / count);
  const double half =
      z * std::sqrt(share * (1 - share) / count + z * z / (4 * count * count)) / (1 + z * z / count);
  low = std::max(0.0, centre - half);
  high = std::min(1.0, centre + half);
}

}  // namespace

Memorisation memorisation(PointsIn samples, PointsIn training, PointsIn held_out, Index most,
                          Index permutations, std::uint64_t seed) {
  check_clouds(samples, training);
  check_clouds(samples, held_out);
  if (std::min({samples.cols(), training.cols(), held_out.cols()}) == 0)
    throw data_error("cloud-size", "memorisation needs samples, training rows and held-out rows");
  Memorisation result;
  result.rows = std::min({training.cols(), held_out.cols(), most});
  result.samples = std::min(samples.cols(), most);
  result.permutations = permutations;
  const Points x = random_subset(samples, result.samples, Random{seed, Purpose::subsets}.row(0));
  Points rows(x.rows(), 2 * result.rows);
  rows << random_subset(training, result.rows, Random{seed, Purpose::training_subsets}.row(0)),
      random_subset(held_out, result.rows, Random{seed, Purpose::reference_subsets}.row(0));
  const NearestPoints seen = nearest_points(x, rows.leftCols(result.rows)),
                      unseen = nearest_points(x, rows.rightCols(result.rows));
  Vector votes =
      Vector::Zero(2 * result.rows);  // two of each sample, one to either side where both are as near
  for (Index n = 0; n < x.cols(); ++n) {
    const auto k = static_cast<std::size_t>(n);
    if (seen.distance[n] <= unseen.distance[n]) ++votes[seen.point[k]];
    if (seen.distance[n] >= unseen.distance[n]) ++votes[result.rows + unseen.point[k]];
    if (seen.distance[n] != unseen.distance[n])
      ++votes[seen.distance[n] < unseen.distance[n] ? seen.point[k] : result.rows + unseen.point[k]];
  }
  const double value = votes.head(result.rows).sum();
  Index as_far = 0;
  for (Index p = 0; p < permutations; ++p) {
    const auto order = random_permutation(
        Random{seed, Purpose::relabellings}.row(static_cast<std::uint64_t>(p)), 2 * result.rows);
    as_far += votes_of(votes, order, result.rows) >= value ? 1 : 0;
  }
  const auto count = static_cast<double>(result.samples);
  result.value = value / (2 * count);
  result.p_value = static_cast<double>(as_far + 1) / static_cast<double>(permutations + 1);
  wilson_interval(result.value, count, result.low, result.high);
  result.ratio = median_ratio(seen.distance, unseen.distance);
  result.copies = share_equal(x, training);
  result.copies_floor = share_equal(rows.rightCols(result.rows), training);
  return result;
}

}  // namespace fm
