// Choices that training makes by the size of the data, where the options leave them open.
#pragma once

#include "core/types.h"
#include "model/training_options.h"

namespace fm {

/// `options` with a pool of no more pairs than training takes, if these are 20,000 or more, and with steps,
/// if they are 0, such that each of `rows` rows is seen 512 times, within 256 to 12,000 steps. Held-out
/// log-likelihoods of real tables of 124 to 2,900 rows and 3 to 14 columns are at their best between 200 and
/// 2,000 passes; more passes learn the rows of small tables by heart, and beyond 12,000 steps nothing was
/// gained on clouds of 10,000 rows.
TrainingOptions settled(TrainingOptions options, Index rows);

}  // namespace fm
