#include "cli/training_monitor.h"

#include <algorithm>

#include "cli/signals.h"
#include "core/json.h"
#include "core/text.h"

namespace fm {

TrainingMonitor::TrainingMonitor(const std::string& log, std::int64_t steps, const Session& session,
                                 const std::optional<Estimate>& floor)
    : progress_(session), floor_(floor), every_(std::max<std::int64_t>(1, steps / 1000)) {
  if (!log.empty()) log_.emplace(log, OutputMode::growing);
}

bool TrainingMonitor::operator()(const TrainingProgress& p) {
  handle_signals_gently(true);  // from the first step on there is something to stop between two of them
  if (log_ && (p.step % every_ == 0 || p.step == p.steps)) write_log(p);
  const double share = static_cast<double>(p.step) / static_cast<double>(p.steps);
  if (progress_.due(share)) progress_.update(share, text(p, share));
  return pending_signal() == 0;
}

void TrainingMonitor::write_log(const TrainingProgress& p) {
  Json line = {
      {"step", p.step}, {"loss", p.loss.velocity}, {"normalised_loss", p.loss.normalised}, {"lr", p.lr}};
  if (p.validation) line["validation_loss"] = *p.validation;
  if (floor_) line["loss_minus_floor"] = p.loss.velocity - floor_->value;
  log_->write(text_of(line) + "\n");
  log_->flush();
}

void TrainingMonitor::finish() {
  progress_.end();
  if (log_) log_->commit();
}

double TrainingMonitor::seconds() const {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
}

std::string TrainingMonitor::text(const TrainingProgress& p, double share) const {
  std::string line =
      "step " + std::to_string(p.step) + "/" + std::to_string(p.steps) + "  loss " + rounded(p.loss.velocity);
  if (p.validation) line += "  validation " + rounded(*p.validation);
  if (floor_) line += "  above floor " + rounded(p.loss.velocity - floor_->value);
  const double rate = static_cast<double>(p.step) / seconds();
  return line + "  " + rounded(rate, 3) + " steps/s  " + duration_text(seconds() * (1 / share - 1)) + " left";
}

}  // namespace fm
