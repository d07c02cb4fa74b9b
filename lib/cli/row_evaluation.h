// fm-eval with a model or an exact field: the density of rows, alone or beside their distances to other rows,
// their mean log-likelihood, and whether the model's own draws are as dense.
#pragma once

#include "cli/evaluation_options.h"

namespace fm {

/// Reads rows and field, finds the density of each row, writes the mean or the rows. Returns the exit code.
/// Throws usage errors for options that do not go with densities, numeric error "no-density", and what
/// choose_field() and solve_with_density() throw.
int score_rows(EvalOptions& options, Session& session);

}  // namespace fm
