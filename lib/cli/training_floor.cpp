#include "cli/training_floor.h"

#include <variant>

#include "cli/tool.h"
#include "core/value.h"
#include "metrics/matching_loss.h"

namespace fm {

namespace {

constexpr Index bins = 10, draws = 2000;

[[noreturn]] void unknown(const std::string& why, const std::string& hint = {}) {
  throw usage_error("floor-unknown", "--floor: " + why, hint);
}

}  // namespace

void check_floor_known(const TrainingOptions& options, const std::string& source) {
  if (source != "normal") unknown("the floor is known for a normal source only");
  if (!std::holds_alternative<Independent>(options.coupling))
    unknown("the floor is known for independent pairs only", "try --coupling independent");
  if (!std::holds_alternative<StratifiedTimes>(options.time_sampler) &&
      !std::holds_alternative<UniformTimes>(options.time_sampler))
    unknown("the floor is known for uniform times only");
  if (std::holds_alternative<BridgePath>(options.path))
    unknown("the loss is infinite on the path " + print_value(options.path));
  if (scheduler_domain(options.scheduler).end < 1)
    unknown("the loss is infinite under " + print_value(options.scheduler) + " up to t = 1");
  if (options.validation > 0) unknown("the floor is that of all rows, and some are held out");
}

Estimate training_floor(const TrainingRows& rows, const TrainingOptions& options, std::uint64_t seed) {
  const ExactPath path(rows.points, rows.weights, options.scheduler, options.path, rows.bandwidths);
  return matching_losses(path, path.field(), 0, 1, bins, draws, seed).total.floor;
}

}  // namespace fm
