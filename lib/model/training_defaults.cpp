#include "model/training_defaults.h"

#include <algorithm>
#include <cmath>

namespace fm {

namespace {

constexpr double passes = 512;
constexpr std::int64_t fewest_pairs = 20000;  // for the moments of the pairs
constexpr double fewest_steps = 256, most_steps = 12000;

}  // namespace

TrainingOptions settled(TrainingOptions options, Index rows) {
  const double wanted = passes * static_cast<double>(rows) / static_cast<double>(options.batch_size);
  if (options.steps == 0) options.steps = std::llround(std::clamp(wanted, fewest_steps, most_steps));
  if (options.steps < options.pool / options.batch_size)
    options.pool = std::min(options.pool, std::max(options.steps * options.batch_size, fewest_pairs));
  return options;
}

}  // namespace fm
