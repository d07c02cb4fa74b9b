#include "ode/diffusion.h"

#include <algorithm>
#include <cmath>

namespace fm {

namespace {

/// t / t_new times (1 - t_new) / (1 - t) for t < t_new: exp(-int dt / (t (1 - t))).
double bridge_ratio(double low, double high) {
  return low * (1 - high) / (high * (1 - low));
}

/// k from low to high, low < high, with noise at one of them at least.
double kept(const OwnDiffusion&, const PathNoise& noise, const Scheduler& scheduler, double low,
            double high) {
  if (std::holds_alternative<BridgeNoise>(noise)) return std::sqrt(bridge_ratio(low, high));
  if (std::holds_alternative<KernelNoise>(noise)) {
    const SchedulerValue from = scheduler_at(scheduler, low), to = scheduler_at(scheduler, high);
    const double std = noise_std(noise, scheduler, low), std_new = noise_std(noise, scheduler, high);
    return from.alpha * std_new / (to.alpha * std) * std::exp(from.sigma / std - to.sigma / std_new);
  }
  return snr_at(scheduler, low) / snr_at(scheduler, high);
}

double kept(const ConstantDiffusion& diffusion, const PathNoise& noise, const Scheduler& scheduler,
            double low, double high) {
  const double rate = diffusion.g * diffusion.g / 2;
  if (rate == 0) return 1;
  if (const auto* const bridge = std::get_if<BridgeNoise>(&noise))
    return std::pow(bridge_ratio(low, high), rate / (bridge->bridge_std * bridge->bridge_std));
  const double product = noise_std(noise, scheduler, low) * noise_std(noise, scheduler, high);
  return product > 0 ? std::exp(-rate * (high - low) / product) : 0;
}

/// sigma / std for KernelNoise; what g is a multiple of is the std of the others itself.
double sigma_share(const PathNoise& noise, const Scheduler& scheduler, double t) {
  if (!std::holds_alternative<KernelNoise>(noise)) return 1;
  return scheduler_at(scheduler, t).sigma / noise_std(noise, scheduler, t);
}

double kept(const SigmaDiffusion& diffusion, const PathNoise& noise, const Scheduler& scheduler, double low,
            double high) {
  const double shares = sigma_share(noise, scheduler, low) * sigma_share(noise, scheduler, high);
  return std::exp(-diffusion.scale * diffusion.scale * (high - low) / 2 * shares);
}

}  // namespace

double kept_noise(const Diffusion& diffusion, const PathNoise& noise, const Scheduler& scheduler, double t,
                  double t_new) {
  if (noise_std(noise, scheduler, t) == 0) return 0;
  const double low = std::min(t, t_new), high = std::max(t, t_new);
  return std::visit([&](const auto& member) { return kept(member, noise, scheduler, low, high); }, diffusion);
}

const DiffusionSteps& steps_of(const Diffusion& diffusion) {
  return std::visit([](const auto& member) -> const DiffusionSteps& { return member; }, diffusion);
}

}  // namespace fm
