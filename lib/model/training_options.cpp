#include "model/training_options.h"

#include <variant>

#include "core/error.h"
#include "flow/conditional_path.h"

namespace fm {

namespace {

void check_adaptive(const TrainingOptions& options, bool normal_source) {
  check_bandwidths(std::get<AdaptivePath>(options.path));
  check_adaptive_scheduler(options.scheduler);
  if (!normal_source)
    throw usage_error("adaptive-source",
                      "an adaptive path ends in rows blurred by its source, which is a kernel for a normal "
                      "source only",
                      "leave --source and --pairs out");
  if (!std::holds_alternative<Independent>(options.coupling))
    throw usage_error("adaptive-coupling",
                      "an adaptive path ends in a kernel density estimate only if source and rows are "
                      "independent",
                      "add --coupling independent");
}

}  // namespace

void check_path(const TrainingOptions& options, bool normal_source) {
  if (std::holds_alternative<AdaptivePath>(options.path)) check_adaptive(options, normal_source);
  if (!std::holds_alternative<BridgePath>(options.path)) return;
  if (!std::holds_alternative<CondOt>(options.scheduler))
    throw usage_error("bridge-scheduler", "a bridge runs along straight lines at constant speed",
                      "leave --scheduler at cond-ot");
  if (options.predict != Prediction::velocity)
    throw usage_error("bridge-predict", "on a bridge path the network predicts displacement and noise",
                      "leave --predict out");
}

}  // namespace fm
