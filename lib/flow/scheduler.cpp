#include "flow/scheduler.h"

#include <cmath>

namespace fm {

namespace {

SchedulerValue value(const CondOt&, double t) {
  return {t, 1 - t, 1, -1};
}

SchedulerValue value(const Polynomial& member, double t) {
  const double power = std::pow(t, member.power);
  const double slope = member.power * std::pow(t, member.power - 1);
  return {power, 1 - power, slope, -slope};
}

}  // namespace

SchedulerValue scheduler_at(const Scheduler& scheduler, double t) {
  return std::visit([t](const auto& member) { return value(member, t); }, scheduler);
}

}  // namespace fm
