#include "cli/training_report.h"

#include <algorithm>
#include <cstdint>

#include "core/text.h"

namespace fm {

std::string outcome(const TrainingRecord& record, double seconds) {
  std::string text = "trained " + std::to_string(record.steps) + " steps in " + rounded(seconds, 3) +
                     " s, loss " + rounded(record.final_loss) + " on the rows learned from";
  if (record.stopped == Stopped::patience) text += "; stopped: no better state for --patience checks";
  if (!record.validation_loss) return text + "; --validation 0.1 would say what new rows make of it";
  return text + "; kept step " + std::to_string(record.kept_step) + ", validation loss " +
         rounded(*record.validation_loss) +
         "; there the best affine field, which knows mean and covariance alone, has " +
         rounded(record.affine_loss);
}

void warn_of_learning_by_heart(const TrainingRecord& record, const std::optional<double>& last,
                               const Session& session) {
  constexpr double clear = 1.05;  // more than the standard error of a held-out loss, some 2 %
  if (!record.validation_loss || !last || *last < clear * *record.validation_loss) return;
  session.warn("the loss of held-out rows was least at step " + std::to_string(record.kept_step) + ", " +
               rounded(*record.validation_loss) + ", and rose to " + rounded(*last) +
               ": from there on the network learned its rows by heart. The state of that step is kept; "
               "--patience ends such trainings early, fewer --steps bring the learning rate down in time");
}

void report_training(const Trained& trained, double seconds, const std::string& output, Session& session) {
  const TrainingRecord& record = trained.record;
  Json& report = session.report;
  report.update(to_json(record));
  report["train_seconds"] = seconds;
  report["microseconds_per_step"] =
      1e6 * seconds / static_cast<double>(std::max<std::int64_t>(1, record.steps));
  report["parameters"] = trained.network.parameters.size();
  report["columns"] = trained.network.preconditioner.dim();
  report["output"] = output;
}

void tell_floor(const Estimate& floor, double loss, Session& session) {
  session.report["floor"] = floor.value;
  session.report["floor_error"] = floor.standard_error;
  session.report["loss_minus_floor"] = loss - floor.value;
  session.note("loss " + rounded(loss) + ", floor " + rounded(floor.value) + " +- " +
               rounded(floor.standard_error, 2) + ", loss minus floor " + rounded(loss - floor.value));
}

}  // namespace fm
