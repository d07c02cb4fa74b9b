// What is settled before the first step of a training: by the rows and the options, without any work on the
// network.
#pragma once

#include <cstdint>
#include <vector>

#include "data/condition.h"
#include "data/dataset.h"
#include "data/standardiser.h"
#include "model/training_options.h"
#include "nn/mlp.h"

namespace fm {

/// Shape of the network that `options` ask for, of points of dimension `dim` with `condition_rows` numbers of
/// conditions: that of network_shape(), with outputs for displacement and noise on a bridge path.
MlpShape training_shape(Index dim, Index condition_rows, const TrainingOptions& options);

struct TrainingPlan {
  TrainingOptions options;            ///< steps and pool as for these rows
  std::vector<Condition> conditions;  ///< of the label columns
  std::int64_t parameters = 0;        ///< of the network
};

/// The plan for learning the rows of `target` in `coordinates`. Throws what keeps such a training from
/// starting: numeric errors "coordinates-range", "standardise", usage error "validation-rows".
TrainingPlan plan_training(const Dataset& target, const Standardiser& coordinates,
                           const TrainingOptions& options);

}  // namespace fm
