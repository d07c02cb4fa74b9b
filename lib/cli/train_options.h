// The options of fm-train, also of the models that it wrote.
#pragma once

#include <string>

#include "cli/checkpoints.h"
#include "cli/run_options.h"
#include "cli/training_clouds.h"
#include "core/json.h"
#include "model/training_options.h"

namespace fm {

struct TrainOptions : CloudOptions, TrainingOptions, CheckpointOptions, ReadOptions, RunOptions {
  std::string gaussians;
  std::string validation_file;
  double epochs = 0;
  std::string log;
  bool floor = false;

  static constexpr auto fields() {
    using O = TrainOptions;
    constexpr auto group = "Data";
    return std::tuple_cat(
        CloudOptions::fields(),
        std::tuple{
            field("gaussians", &O::gaussians,
                  "fit a mixture of K normal laws instead of a network (auto: K by BIC) and write it as "
                  "JSON, for "
                  "--mixture of the other tools")
                .shown_as("auto|K")
                .in(group)},
        TrainingOptions::fields(),
        std::tuple{field("validation_file", &O::validation_file,
                         "rows to judge by instead of a share of DATA: the best state on them is kept")
                       .shown_as("FILE")
                       .in("Training"),
                   field("epochs", &O::epochs, "passes over the rows, instead of --steps", between(0, 1e9))
                       .in("Training")},
        ReadOptions::fields(),
        std::tuple{field("log", &O::log, "write the course of training as JSON Lines")
                       .shown_as("FILE")
                       .unstored()
                       .in("Running"),
                   field("floor", &O::floor,
                         "find the loss of perfect training first and show how far above it the loss is")
                       .unstored()
                       .in("Running")},
        CheckpointOptions::fields(), RunOptions::fields());
  }
};

/// Scale to learn in, where none was asked for: see CloudOptions.
void settle_scale(TrainOptions& options);

/// The options that decide what is learned, as a model holds them; itself a config of fm-train.
Json stored_options(const TrainOptions& options);

/// The inverse, without what settling them would add again: the defaults of source and standardize. Throws
/// usage errors of values that are none.
TrainOptions options_of_model(const Json& stored);

/// What to write behind fm-train to say these options: the flags of all that are not at their defaults,
/// quoted for a shell where needed.
std::string command_words(const TrainOptions& options);

}  // namespace fm
