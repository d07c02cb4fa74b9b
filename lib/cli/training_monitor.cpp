#include "cli/training_monitor.h"

#include <algorithm>
#include <filesystem>
#include <set>
#include <string_view>

#include "cli/files.h"
#include "cli/signals.h"
#include "core/json.h"
#include "core/text.h"
#include "io/read_file.h"

namespace fm {

namespace {

constexpr std::size_t max_log_bytes = std::size_t{1} << 30;

/// What an earlier run wrote of the steps up to `done`.
struct KeptLog {
  std::string lines;
  std::set<std::int64_t> steps;
};

KeptLog kept_log(const std::string& log, std::int64_t done) {
  KeptLog kept;
  if (!std::filesystem::is_regular_file(log)) return kept;
  const std::string text = read_file(log, max_log_bytes);
  for (const std::string_view line : split(text, '\n')) {
    const Json json = Json::parse(line, nullptr, false);
    if (!json.is_object() || !json.contains("step") || !json["step"].is_number_integer()) break;  // cut short
    const auto step = json["step"].get<std::int64_t>();
    if (step > done) break;  // done again
    kept.lines.append(line).append("\n");
    kept.steps.insert(step);
  }
  return kept;
}

/// Of the steps every, 2 every, ... up to `done` those that are not there, for people; "" for none.
std::string missing_steps(const std::set<std::int64_t>& there, std::int64_t every, std::int64_t done) {
  std::int64_t first = 0, last = 0, count = 0;
  for (std::int64_t step = every; step <= done; step += every) {
    if (there.contains(step)) continue;
    if (count++ == 0) first = step;
    last = step;
  }
  if (count == 0) return {};
  return std::to_string(count) + (count == 1 ? " line, of step " : " lines, of steps ") +
         std::to_string(first) + (count == 1 ? "" : " to " + std::to_string(last));
}

/// The log of a training that goes on after step `done`, with a line for each `every` steps. What is kept of
/// an earlier one is there at any moment.
Output opened_log(const std::string& log, std::int64_t every, std::int64_t done, const Session& session) {
  if (done == 0 || log == "-" || is_device(log)) return Output(log, OutputMode::growing);
  const KeptLog kept = kept_log(log, done);
  if (const std::string missing = missing_steps(kept.steps, every, done); !missing.empty())
    session.warn("--log " + in_quotes(log) + " lacks " + missing +
                 ", which were done before this run and cannot be written again");
  write_file(log, kept.lines);
  return Output(log, OutputMode::continued);
}

}  // namespace

TrainingMonitor::TrainingMonitor(const std::string& log, std::int64_t steps, std::int64_t done,
                                 const Session& session, const std::optional<Estimate>& floor)
    : session_(session),
      progress_(session),
      floor_(floor),
      every_(std::max<std::int64_t>(1, steps / 1000)),
      done_(done) {
  if (!log.empty()) log_.emplace(opened_log(log, every_, done, session));
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
  log_action([&] {
    log_->write(text_of(line) + "\n");
    log_->flush();
  });
  last_step_ = p.step;
}

void TrainingMonitor::log_action(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::io) throw;
    broken_ =
        io_error("log-broken",
                 "the log ends at step " + std::to_string(last_step_) + " of the training: " + error.what(),
                 {log_->name()}, "the model is written all the same");
    session_.warn("--log " + in_quotes(log_->name()) + ": " + error.what() +
                  "; the training goes on without it");
    log_.reset();
  }
}

void TrainingMonitor::finish() {
  progress_.end();
  if (log_) log_action([&] { log_->commit(); });
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
