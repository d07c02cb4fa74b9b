// A training that can be left and taken up again: checkpoints written now and then, and read back.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <tuple>

#include "cli/tool.h"
#include "model/checkpoint.h"

namespace fm {

struct CheckpointOptions {
  std::string checkpoint;
  double checkpoint_every = 60;
  std::string resume;
  double time_limit = 0;

  static constexpr auto fields() {
    using O = CheckpointOptions;
    constexpr auto group = "Running";
    return std::tuple{
        field("checkpoint", &O::checkpoint,
              "keep the state of the training in this file until the model is written")
            .shown_as("FILE")
            .unstored()
            .in(group),
        field("checkpoint_every", &O::checkpoint_every, "seconds between two checkpoints", at_least(0))
            .unstored()
            .in(group),
        field("resume", &O::resume,
              "go on from a checkpoint, to the same bytes as without the break; auto: from that of "
              "--checkpoint if it is there")
            .shown_as("auto|FILE")
            .unstored()
            .in(group),
        field("time_limit", &O::time_limit,
              "seconds after which a checkpoint is written and the run ends with exit code 75, as it does at "
              "SIGUSR1 (0: none); looked at between steps, so that coupling pairs before the first one may "
              "take longer",
              at_least(0))
            .unstored()
            .in(group)};
  }
};

/// Throws usage errors "checkpoint-missing" where one is needed, "checkpoint-output" for a name that no
/// checkpoint can have and "checkpoint-exists" for a file that is there and is not resumed, and what opening
/// an Output does where none can be written: not only when the first state is due, hours later.
void check_checkpoints(const CheckpointOptions& options);

class Checkpoints {
 public:
  /// `run` identifies the training: its options, seed and data.
  Checkpoints(const CheckpointOptions& options, Json run);

  /// The state of --resume, if there is one. Throws what read_file and decode_checkpoint throw, and usage
  /// error "resume-differs" if it is a state of another training.
  std::optional<TrainingState> resumed(const Session& session) const;

  /// To be called after every step: writes a checkpoint if it is time.
  void after_step(const Training& training);
  /// Writes one now. False if there is no --checkpoint.
  bool save(const Training& training);
  /// Whether --time-limit is over, since the start of training.
  bool out_of_time() const;
  /// The model is written: the checkpoint of --checkpoint, or what a link of that name leads to, is of no
  /// more use.
  void remove() const;

 private:
  using Clock = std::chrono::steady_clock;

  const CheckpointOptions& options_;
  const Json run_;
  const Clock::time_point start_ = Clock::now();
  Clock::time_point last_ = start_;
};

}  // namespace fm
