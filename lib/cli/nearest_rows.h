// fm-eval --per-row: each row of the samples with its distances to the nearest rows of the reference and of
// the training data. Beside a density they are columns of
// row_evaluation.h.
#pragma once

#include "cli/evaluated_clouds.h"
#include "cli/evaluation_options.h"
#include "cli/nearest_columns.h"

namespace fm {

/// Whether distances are asked for.
bool wants_nearest(const EvalOptions& options);

/// Throws usage errors for options that do not go with it.
void check_nearest(const EvalOptions& options);

/// Those to the clouds, of which the samples are not used. Warns of units in which one column rules.
NearestColumns nearest_columns(const EvalOptions& options, const EvaluatedClouds& clouds,
                               const Session& session);

/// Writes the rows of the samples, each with its distances, in the units of the comparison. Returns the exit
/// code.
int write_nearest(const EvalOptions& options, Session& session);

}  // namespace fm
