// Training: pairs, path, objective and optimizer put together, step by step, until the steps are done, the
// held-out rows say stop, or the caller does.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <utility>

#include "core/types.h"
#include "flow/source.h"
#include "model/network_field.h"
#include "model/objective.h"
#include "model/training_options.h"

namespace fm {

/// What a caller hears while training goes on.
struct TrainingProgress {
  std::int64_t step = 0;  ///< steps done
  std::int64_t steps = 0;
  Loss loss;  ///< running means
  std::optional<double>
      validation;  ///< the latest loss on the held-out rows, in squared units of the coordinates
  double lr = 0;   ///< learning rate of the step
};

/// Why a training ended.
enum class Stopped {
  steps,       ///< all are done
  patience,    ///< the held-out rows saw nothing better any more
  caller,      ///< it asked for the end
  non_finite,  ///< the loss left the finite numbers; the parameters are the last ones whose loss was finite
};
constexpr auto enum_names(Stopped) {
  using enum Stopped;
  return std::array{std::pair{steps, "steps"}, std::pair{patience, "patience"}, std::pair{caller, "caller"},
                    std::pair{non_finite, "non-finite"}};
}

/// How a training went; stored in the model file, so it holds nothing that depends on the clock.
struct TrainingRecord {
  std::int64_t rows = 0;  ///< of the target, held-out ones not counted
  std::int64_t held_out = 0;
  std::int64_t source_rows = 0;           ///< of a source file, else 0
  std::int64_t unpaired_rows = 0;         ///< training rows that no pair of the pool holds
  std::optional<double> share_error;      ///< of a semidiscrete coupling (SemidiscretePlan::share_error)
  std::int64_t steps = 0;                 ///< done
  std::int64_t kept_step = 0;             ///< the step whose parameters were kept
  double final_loss = 0;                  ///< running mean of E|v - u_t|^2 at the end
  std::optional<double> validation_loss;  ///< of the kept parameters
  Stopped stopped = Stopped::steps;

  static constexpr auto fields() {
    using R = TrainingRecord;
    return std::tuple{field("rows", &R::rows, ""),
                      field("held_out", &R::held_out, ""),
                      field("source_rows", &R::source_rows, ""),
                      field("unpaired_rows", &R::unpaired_rows, ""),
                      field("share_error", &R::share_error, ""),
                      field("steps", &R::steps, ""),
                      field("kept_step", &R::kept_step, ""),
                      field("final_loss", &R::final_loss, ""),
                      field("validation_loss", &R::validation_loss, ""),
                      field("stopped", &R::stopped, "")};
  }
};

struct Trained {
  Network network;
  Moments moments;  ///< those the network's preconditioner was made from
  TrainingRecord record;
};

/// Learns a field that carries `source` to the rows of `target` (D, n), both in coordinates. `progress` is
/// called after every step; false ends the training. conditions (C, n), C >= 0, belong to the rows as
/// encoded() by data/condition.h; the field learned is then that of points given their condition, and of all
/// points where the condition is zeros, if options.condition_dropout > 0. weights (n) > 0, of any sum, make
/// the target law that of weighted rows, held out or not; empty or equal ones are those of every row the
/// same, to the last bit. Given pairs have their own. Equal arguments give equal bits for any number of
/// threads. Throws usage errors for options that do not fit the data.
Trained train(PointsIn target, const Source& source, const TrainingOptions& options, std::uint64_t seed,
              const std::function<bool(const TrainingProgress&)>& progress, PointsIn conditions = Points(),
              const Vector& weights = {});

}  // namespace fm
