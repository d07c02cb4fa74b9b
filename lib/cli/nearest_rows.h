// fm-eval --per-row without a model: each row of the samples with its distances to the nearest rows of the
// reference and of the training data.
#pragma once

#include "cli/evaluation_options.h"

namespace fm {

/// Throws usage errors for options that do not go with it.
void check_nearest(const EvalOptions& options);

/// Writes the rows of the samples, each with its distances, in the units of the comparison. Returns the exit
/// code.
int write_nearest(const EvalOptions& options, Session& session);

}  // namespace fm
