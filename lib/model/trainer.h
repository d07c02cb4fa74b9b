// Training: pairs, path, objective and optimizer put together, step by step, until the steps are done, the
// held-out rows say stop, or the caller does. What changes from step to step is one plain struct, so that a
// training can be left and taken up again.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "model/network_field.h"
#include "model/objective.h"
#include "model/training_options.h"
#include "model/training_rows.h"
#include "model/validation.h"
#include "nn/optimizer.h"

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
  std::int64_t source_rows = 0;       ///< of a source of points or pairs, held-out ones counted, else 0
  std::int64_t unpaired_rows = 0;     ///< training rows that no pair of the pool holds
  std::optional<double> share_error;  ///< of a semidiscrete coupling (SemidiscretePlan::share_error)
  std::int64_t steps = 0;             ///< done
  std::int64_t kept_step = 0;         ///< the step whose parameters were kept
  double final_loss = 0;              ///< running mean of E|v - u_t|^2 at the end
  double affine_loss = 0;  ///< that of the best affine field of the pairs' mean and covariance, which is
                           ///< where training starts: on the held-out rows if there are any
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
                      field("affine_loss", &R::affine_loss, ""),
                      field("validation_loss", &R::validation_loss, ""),
                      field("stopped", &R::stopped, "")};
  }
};

struct Trained {
  Network network;
  Moments moments;  ///< those the network's preconditioner was made from
  TrainingRecord record;
};

/// Running mean of a loss, without the bias of its start.
class RunningLoss {
 public:
  void add(const Loss& loss);
  Loss mean() const { return {normalised_ / weight_, velocity_ / weight_}; }

  static constexpr auto fields() {
    using R = RunningLoss;
    return std::tuple{field("weight", &R::weight_, ""), field("normalised", &R::normalised_, ""),
                      field("velocity", &R::velocity_, "")};
  }

 private:
  double weight_ = 0, normalised_ = 0, velocity_ = 0;
};

/// All that changes while a training goes on. Vectors are of the network's parameters.
struct TrainingState {
  std::int64_t step = 0;  ///< steps done
  std::vector<float> parameters;
  std::vector<float> averaged;  ///< empty without --ema
  OptimizerState<float> optimizer;
  RunningLoss loss;
  ValidationState validation;  ///< parameters empty without held-out rows

  /// All but the vectors.
  static constexpr auto fields() {
    using S = TrainingState;
    return std::tuple{field("step", &S::step, "", at_least(1)), field("optimizer", &S::optimizer, ""),
                      field("loss", &S::loss, ""), field("validation", &S::validation, "")};
  }
};

/// A training, step by step. Equal arguments give equal bits for any number of threads, and whether or not
/// the training was left and taken up again.
class Training {
 public:
  /// Learns the field that carries `training.source` to the rows. With conditions the field learned is that
  /// of points given their condition, and of all points where the condition is zeros, if
  /// options.condition_dropout > 0. With weights the target is the law of weighted rows; given pairs have
  /// their own. Options are settled() for the rows to learn from. Held-out rows, of the same coordinates,
  /// conditions and source, may be none: options.validation is not used here (see split_rows). Throws usage
  /// errors for options that do not fit the data.
  Training(TrainingRows training, TrainingRows held_out, const TrainingOptions& options, std::uint64_t seed);
  ~Training();
  Training(Training&&) noexcept;

  /// Why it ended; none while it goes on.
  std::optional<Stopped> stopped() const;
  /// One step. The training has not ended.
  void step();
  /// Ends it between two steps.
  void stop();

  TrainingProgress progress() const;

  TrainingState state() const;
  /// Goes on from a state of a training with the same arguments, before the first step of this one. Throws
  /// data error "training-state" if its sizes are not those of this training.
  void restore(TrainingState state);

  /// The kept network: the best on held-out rows if there are any, else the last.
  Trained result() const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

/// A whole Training with options.validation of the rows held out. `progress` is called after every step;
/// false ends the training.
Trained train(const TrainingRows& rows, const TrainingOptions& options, std::uint64_t seed,
              const std::function<bool(const TrainingProgress&)>& progress);

}  // namespace fm
