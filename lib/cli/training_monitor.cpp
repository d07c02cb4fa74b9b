#include "cli/training_monitor.h"

#include <algorithm>
#include <filesystem>
#include <string_view>

#include "cli/signals.h"
#include "core/json.h"
#include "core/text.h"
#include "io/read_file.h"

namespace fm {

namespace {

constexpr std::size_t max_log_bytes = std::size_t{1} << 30;

/// The lines of an earlier run's log up to step `done`.
std::string kept_lines(const std::string& log, std::int64_t done) {
  const std::string text = read_file(log, max_log_bytes);
  std::string kept;
  for (const std::string_view line : split(text, '\n')) {
    const Json json = Json::parse(line, nullptr, false);
    if (!json.is_object() || json.value("step", done + 1) > done) break;  // cut short, or done again
    kept.append(line).append("\n");
  }
  return kept;
}

/// The log of a training that goes on after step `done`. What is kept of an earlier one is there at any
/// moment.
Output opened_log(const std::string& log, std::int64_t done) {
  if (done == 0 || !std::filesystem::is_regular_file(log)) return Output(log, OutputMode::growing);
  write_file(log, kept_lines(log, done));
  return Output(log, OutputMode::continued);
}

}  // namespace

TrainingMonitor::TrainingMonitor(const std::string& log, std::int64_t steps, std::int64_t done,
                                 const Session& session, const std::optional<Estimate>& floor)
    : progress_(session), floor_(floor), every_(std::max<std::int64_t>(1, steps / 1000)), done_(done) {
  if (!log.empty()) log_.emplace(opened_log(log, done));
}

bool TrainingMonitor::operator()(const TrainingProgress& p) {
  handle_signals_gently(
      Gentle::all);  // from the first step on there is something to stop between two of them
  if (log_ && (p.step % every_ == 0 || p.step == p.steps)) write_log(p);
  const double share = static_cast<double>(p.step) / static_cast<double>(p.steps);
  if (progress_.due(share)) progress_.update(share, text(p));
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

std::string TrainingMonitor::text(const TrainingProgress& p) const {
  std::string line =
      "step " + std::to_string(p.step) + "/" + std::to_string(p.steps) + "  loss " + rounded(p.loss.velocity);
  if (p.validation) line += "  validation " + rounded(*p.validation);
  if (floor_) line += "  above floor " + rounded(p.loss.velocity - floor_->value);
  const double rate = static_cast<double>(p.step - done_) / seconds();
  return line + "  " + rounded(rate, 3) + " steps/s  " +
         duration_text(static_cast<double>(p.steps - p.step) / rate) + " left";
}

}  // namespace fm
