// Whether a model that has just been trained repeats its rows: a few of its draws, held against the rows that
// it has learned from and those that it has not.
#pragma once

#include <cstdint>
#include <optional>

#include "cli/tool.h"
#include "metrics/memorisation.h"
#include "model/trainer.h"
#include "model/training_rows.h"

namespace fm {

/// memorisation() (metrics/memorisation.h) of 500 draws, in coordinates.
/// Draws start at the training rows' and at the held-out rows' sources and conditions in turn: to start
/// from what the rows of one side alone belong to would bring draws nearer to these, learned by heart or not.
/// Of more than 20,000 training rows every k-th is compared. None without held-out rows, and where draws
/// leave the finite numbers or cannot be solved for. Random numbers of its own; the same for any number of
/// threads. Cost 500 solutions of the ODE and at most 5e7 distances:
/// 0.1 s of one core for 10,000 rows of two columns.
std::optional<Memorisation> learned_by_heart(const Trained& trained, const TrainingSplit& rows,
                                             std::uint64_t seed);

/// Puts it into the report, tells it, and warns where draws are nearer to training rows than chance has it in
/// one of 1000 trainings, or are copies.
void tell_learned_by_heart(const Memorisation& found, Session& session);

}  // namespace fm
