#include "nn/schedule.h"

#include <cmath>
#include <numbers>

namespace fm {

namespace {

/// Curve after the warm-up at the given share of what remains, in [0, 1).
double curve(const ConstantRate&, double) {
  return 1;
}
double curve(const CosineRate&, double share) {
  return 0.5 * (1 + std::cos(std::numbers::pi * share));
}

}  // namespace

double schedule_factor(const Schedule& schedule, std::int64_t step, std::int64_t steps) {
  return std::visit(
      [&](const auto& member) {
        if (step < member.warmup) return static_cast<double>(step + 1) / static_cast<double>(member.warmup);
        return curve(member,
                     static_cast<double>(step - member.warmup) / static_cast<double>(steps - member.warmup));
      },
      schedule);
}

}  // namespace fm
