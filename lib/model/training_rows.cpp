#include "model/training_rows.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <variant>
#include <vector>

#include "core/error.h"
#include "core/random.h"
#include "core/text.h"

namespace fm {

namespace {

TrainingRows chosen(const TrainingRows& rows, const std::vector<Index>& which) {
  TrainingRows part;
  part.points = rows.points(Eigen::all, which);
  const auto* const pairs = std::get_if<PairedSource>(&rows.source);
  part.source = pairs && !which.empty() ? Source(pairs->subset(which)) : rows.source;
  part.conditions = rows.conditions;
  if (!rows.conditions.empty()) part.labels = rows.labels(Eigen::all, which);
  if (rows.bandwidths.size() > 0) part.bandwidths = rows.bandwidths(which);
  const bool equal = rows.weights.size() == 0 || (rows.weights.array() == rows.weights(0)).all();
  if (!equal) part.weights = rows.weights(which);
  return part;
}

}  // namespace

SparseCodes codes_of(const TrainingRows& rows, const std::vector<Index>& which) {
  if (rows.conditions.empty()) return {};
  return sparse_codes(rows.conditions, rows.labels(Eigen::all, which));
}

Index held_out_rows(double share, Index rows) {
  const auto held = static_cast<Index>(std::llround(share * static_cast<double>(rows)));
  if (share > 0 && (held < 1 || held >= rows))
    throw usage_error("validation-rows",
                      "--validation " + shortest(share) + " of " + std::to_string(rows) + " rows leaves " +
                          (held < 1 ? "none to hold out" : "none to learn from"),
                      "choose another share, or leave --validation out");
  return held;
}

TrainingSplit split_rows(const TrainingRows& rows, double share, std::uint64_t seed) {
  const Index count = rows.points.cols(), held = held_out_rows(share, count);
  // Held-out rows are the first of a permutation; training rows keep the order of the file.
  const std::vector<Index> order = random_permutation(Random{seed, Purpose::validation}.row(0), count);
  const std::vector<Index> held_out(order.begin(), order.begin() + held);
  std::vector<Index> training(order.begin() + held, order.end());
  std::sort(training.begin(), training.end());
  return {chosen(rows, training), chosen(rows, held_out)};
}

}  // namespace fm
