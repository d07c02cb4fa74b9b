// fm-train --floor: the loss of perfect training on the same rows, so that the printed loss has a zero.
#pragma once

#include <cstdint>
#include <string>

#include "core/numeric.h"
#include "model/training_options.h"
#include "model/training_rows.h"

namespace fm {

/// Throws usage error "floor-unknown", saying why, unless the loss of a training that starts from `source`
/// ("normal" or a file) is the mean over uniform times for rows independent of a normal source, all of them
/// learned from, and finite.
void check_floor_known(const TrainingOptions& options, const std::string& source);

/// E|u_t - v|^2 with v the exact field of the rows, of their points in coordinates, weights and bandwidths,
/// by 20,000 draws: O(20,000 M D).
Estimate training_floor(const TrainingRows& rows, const TrainingOptions& options, std::uint64_t seed);

}  // namespace fm
