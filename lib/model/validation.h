// What training is judged by: the loss on the same pairs, times and noise again and again, so that its
// changes are the network's; and the best parameters seen by it.
#pragma once

#include <cstdint>
#include <optional>
#include <tuple>
#include <vector>

#include "core/fields.h"
#include "model/objective.h"
#include "model/pairs.h"
#include "model/training_options.h"
#include "model/training_rows.h"

namespace fm {

/// Pairs of a judgement: the standard error of their mean loss is about 2 %.
constexpr Index validation_pairs = 4096;

/// Points on the path at uniform times, whatever times training draws, between the next validation_pairs
/// pairs of `pairs`, which lead to `target`.
PathBatch validation_batch(PairStream& pairs, const TrainingRows& target, const Network& network,
                           const TrainingOptions& options, std::uint64_t seed);

/// All that changes in a Validation, to go on later.
struct ValidationState {
  std::optional<double> latest, best;  ///< losses, squared units of the coordinates
  std::int64_t best_step = 0;
  std::int64_t worse = 0;  ///< checks since the best one
  std::vector<float> best_parameters;

  /// All but the vector.
  static constexpr auto fields() {
    using S = ValidationState;
    return std::tuple{field("latest", &S::latest, ""), field("best", &S::best, ""),
                      field("best_step", &S::best_step, "", at_least(0)),
                      field("worse", &S::worse, "", at_least(0))};
  }
};

class Validation {
 public:
  /// Judges by `batch`, of any size but 0, in steps `every`; `patience`: checks without a better one before
  /// the end, 0 for no end.
  Validation(PathBatch batch, const Network& network, std::int64_t every, std::int64_t patience);

  bool due(std::int64_t step, std::int64_t steps) const { return step % every_ == 0 || step == steps; }
  /// Judges the parameters of `network`, which is the constructor's.
  void check(const Network& network, std::int64_t step);

  /// Whether patience is at its end.
  bool exhausted() const { return patience_ > 0 && state_.worse >= patience_; }

  const ValidationState& state() const { return state_; }
  void restore(ValidationState state) { state_ = std::move(state); }

 private:
  PathBatch batch_;
  Objective objective_;
  std::int64_t every_, patience_;
  ValidationState state_;
};

}  // namespace fm
