// A batch of points on conditional paths, as the objective takes it, made from pairs and times.
#pragma once

#include "core/random.h"
#include "core/types.h"
#include "model/objective.h"
#include "model/preconditioner.h"
#include "model/training_options.h"

namespace fm {

/// An empty batch of that size: times, points and targets.
PathBatch make_batch(const Preconditioner& preconditioner, Index size);

/// Times in [0, 1] spread over the domain.
void spread_over(const TimeDomain& domain, VectorOut t);

/// xt and ut of the batch at its times between the pairs x0, x1 (D, B); `draws` for the noise of a bridge.
void sample_path(const TrainingOptions& options, PointsIn x0, PointsIn x1, Draws draws, PathBatch& batch);

}  // namespace fm
