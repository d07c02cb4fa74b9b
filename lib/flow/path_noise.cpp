#include "flow/path_noise.h"

#include <cmath>

namespace fm {

namespace {

double std_of(const Noiseless&, const Scheduler&, double) {
  return 0;
}
double std_of(const SourceNoise&, const Scheduler& scheduler, double t) {
  return scheduler_at(scheduler, t).sigma;
}
double std_of(const BridgeNoise& noise, const Scheduler&, double t) {
  return noise.bridge_std * std::sqrt(t * (1 - t));
}
double std_of(const KernelNoise& noise, const Scheduler& scheduler, double t) {
  const SchedulerValue s = scheduler_at(scheduler, t);
  return s.sigma + noise.bandwidth * s.alpha;
}

}  // namespace

double noise_std(const PathNoise& noise, const Scheduler& scheduler, double t) {
  return std::visit([&](const auto& member) { return std_of(member, scheduler, t); }, noise);
}

}  // namespace fm
