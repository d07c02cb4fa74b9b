// The calibration of log-densities, as JSON and as cells of a table.
#pragma once

#include "cli/result_format.h"
#include "core/json.h"
#include "metrics/calibration.h"

namespace fm {

/// {"draws", "below": {"0.05": SHARE, ...}, "ks", "p_value", "tested_rows", "tested_draws"}.
Json calibration_json(const Calibration& calibration);

/// Rows behind those of likelihood_cells(): the share below each quantile with its standard error, ks and p.
void add_calibration(const Calibration& calibration, bool for_people, Cells& cells);

}  // namespace fm
