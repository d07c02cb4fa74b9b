// What is heard of a training while it goes on: the line on the terminal, the log, the wish to stop.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "cli/progress.h"
#include "core/error.h"
#include "core/numeric.h"
#include "io/output.h"
#include "model/trainer.h"

namespace fm {

class TrainingMonitor {
 public:
  /// log: where the record goes as JSON Lines, one for each of about a thousand steps, flushed line by line;
  /// "" for none. floor: the loss of perfect training, if it is known. done: steps of earlier runs that this
  /// one goes on from; the log keeps what they wrote, and what of it is not there is warned of.
  TrainingMonitor(const std::string& log, std::int64_t steps, std::int64_t done, const Session& session,
                  const std::optional<Estimate>& floor);

  /// To be called after every step; false once a signal asks for the end. From the first call on signals wait
  /// for the next one.
  bool operator()(const TrainingProgress& progress);
  /// Takes the line away and makes the log whole.
  void finish();
  /// A log that cannot be written is warned of and does not end the training; this is its io error
  /// "log-broken", for the end.
  const std::optional<Error>& broken_log() const { return broken_; }
  /// Since the start, by the wall clock.
  double seconds() const;

 private:
  void write_log(const TrainingProgress& progress);
  /// Does what needs the log, which is given up if that fails.
  void log_action(const std::function<void()>& action);
  std::string text(const TrainingProgress& progress) const;

  const Session& session_;
  Progress progress_;
  std::optional<Estimate> floor_;
  std::optional<Output> log_;
  std::optional<Error> broken_;
  std::int64_t last_step_ = 0;  // in the log
  std::int64_t every_, done_;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

}  // namespace fm
