// fm-eval with a reference: metrics of each cloud of samples, marginals, memorisation and conditions.
#pragma once

#include "cli/evaluation_options.h"

namespace fm {

/// Reads, compares, writes. Returns the exit code: exit_answer_no where a condition of --fail-if holds.
/// Throws usage errors for options that do not go with a comparison, and what reading and two_sample() throw.
int compare_clouds(EvalOptions& options, Session& session);

}  // namespace fm
