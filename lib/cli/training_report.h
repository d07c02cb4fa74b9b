// What is said of a training once it is over, to people and in the report.
#pragma once

#include <optional>
#include <string>

#include "cli/tool.h"
#include "core/numeric.h"
#include "model/trainer.h"

namespace fm {

/// What became of the training, in one line.
std::string outcome(const TrainingRecord& record, double seconds);

/// Warns where the held-out loss rose again: `last`, the latest, lies clearly above the best.
void warn_of_learning_by_heart(const TrainingRecord& record, const std::optional<double>& last,
                               const Session& session);

/// The record, its speed and sizes, and the name of the output.
void report_training(const Trained& trained, double seconds, const std::string& output, Session& session);

/// How far the loss is above the loss of perfect training.
void tell_floor(const Estimate& floor, double loss, Session& session);

}  // namespace fm
