#include "model/training_defaults.h"

#include <algorithm>
#include <cmath>

namespace fm {

namespace {

constexpr double passes = 512;
constexpr double fewest_steps = 256, most_steps = 12000;

}  // namespace

TrainingOptions settled(TrainingOptions options, Index rows) {
  if (options.steps > 0) return options;
  const double wanted = passes * static_cast<double>(rows) / static_cast<double>(options.batch_size);
  options.steps = std::llround(std::clamp(wanted, fewest_steps, most_steps));
  return options;
}

}  // namespace fm
