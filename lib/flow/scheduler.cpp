#include "flow/scheduler.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <type_traits>

#include "core/error.h"
#include "core/text.h"

namespace fm {

namespace {

constexpr double half_pi = std::numbers::pi / 2;

SchedulerValue value(const CondOt&, double t) {
  return {t, 1 - t, 1, -1};
}

SchedulerValue value(const Polynomial& member, double t) {
  const double power = std::pow(t, member.power);
  const double slope = member.power * std::pow(t, member.power - 1);
  return {power, 1 - power, slope, -slope};
}

/// The integral T of beta from t to 1, and its derivative in t.
struct NoiseIntegral {
  double value, derivative;
};
NoiseIntegral noise_integral(const Vp& member, double t) {
  const double rest = 1 - t, rise = member.beta_max - member.beta_min;
  return {rest * (rest * rise / 2 + member.beta_min), -(rest * rise + member.beta_min)};
}

SchedulerValue value(const Vp& member, double t) {
  const auto [integral, derivative] = noise_integral(member, t);
  const double alpha = std::exp(-integral / 2), sigma = std::sqrt(-std::expm1(-integral));
  return {alpha, sigma, -derivative / 2 * alpha, derivative / 2 * alpha * alpha / sigma};
}

SchedulerValue value(const LinearVp&, double t) {
  const double sigma = std::sqrt((1 - t) * (1 + t));
  return {t, sigma, 1, -t / sigma};
}

SchedulerValue value(const Cosine&, double t) {
  // The sine of the complement is 0 at t = 1, where the cosine of pi/2 as a double is not.
  const double alpha = std::sin(half_pi * t), sigma = std::sin(half_pi * (1 - t));
  return {alpha, sigma, half_pi * sigma, -half_pi * alpha};
}

SchedulerValue value(const LipmanOt& member, double t) {
  return {t, (1 - t) + member.sigma_min * t, 1, member.sigma_min - 1};
}

SchedulerValue value(const Ve& member, double t) {
  const double ratio = member.sigma_min / member.sigma_max;
  const double sigma = member.sigma_max * std::pow(ratio, t);
  return {1, sigma, 0, std::log(ratio) * sigma};
}

template <class Member>
double variance_rate(const Member& member, double t) {
  const SchedulerValue s = value(member, t);
  return s.sigma * s.d_sigma;
}
double variance_rate(const Vp& member, double t) {
  const auto [integral, derivative] = noise_integral(member, t);
  return derivative / 2 * std::exp(-integral);
}
double variance_rate(const LinearVp&, double t) {
  return -t;
}

// Inverses, in forms that hold at snr = 0 and at infinity

/// snr / (1 + snr).
double share(double snr) {
  return snr < 1 ? snr / (1 + snr) : 1 / (1 + 1 / snr);
}

double inverse(const CondOt&, double snr) {
  return share(snr);
}
double inverse(const Polynomial& member, double snr) {
  return std::pow(share(snr), 1 / member.power);
}
double inverse(const Vp& member, double snr) {
  // The quadratic equation for 1 - t, solved without a difference of close numbers.
  const double integral = std::log1p(1 / (snr * snr)), rise = member.beta_max - member.beta_min;
  return 1 - 2 * integral /
                 (member.beta_min + std::sqrt(member.beta_min * member.beta_min + 2 * rise * integral));
}
double inverse(const LinearVp&, double snr) {
  return 1 / std::hypot(1, 1 / snr);
}
double inverse(const Cosine&, double snr) {
  return std::atan(snr) / half_pi;
}
double inverse(const LipmanOt& member, double snr) {
  return 1 / ((1 - member.sigma_min) + 1 / snr);
}
double inverse(const Ve& member, double snr) {
  return std::log(member.sigma_max * snr) / std::log(member.sigma_max / member.sigma_min);
}

}  // namespace

SchedulerValue scheduler_at(const Scheduler& scheduler, double t) {
  return std::visit([t](const auto& member) { return value(member, t); }, scheduler);
}

TimeDomain scheduler_domain(const Scheduler& scheduler) {
  return std::visit(
      []<class Member>(const Member&) -> TimeDomain {
        if constexpr (std::is_same_v<Member, Vp> || std::is_same_v<Member, LinearVp>)
          return {0, std::nextafter(1.0, 0.0)};
        else
          return {};
      },
      scheduler);
}

double noise_rate(const Scheduler& scheduler, double t) {
  return std::visit([t](const auto& member) { return variance_rate(member, t); }, scheduler);
}

double snr_at(const Scheduler& scheduler, double t) {
  const SchedulerValue s = scheduler_at(scheduler, t);
  return s.alpha / s.sigma;
}

double time_of_snr(const Scheduler& scheduler, double snr) {
  const double least = snr_at(scheduler, 0), most = snr_at(scheduler, 1);
  if (!(snr >= least && snr <= most))
    throw numeric_error("snr-range", "the path has signal-to-noise ratios from " + shortest(least) + " to " +
                                         shortest(most) + ", not " + shortest(snr));
  // Only rounding can leave [0, 1] here.
  return std::clamp(std::visit([snr](const auto& member) { return inverse(member, snr); }, scheduler), 0.0,
                    1.0);
}

PolarValue polar_at(const Scheduler& scheduler, double t) {
  const SchedulerValue s = scheduler_at(scheduler, t);
  const double square = s.alpha * s.alpha + s.sigma * s.sigma, rho = std::sqrt(square);
  return {rho, s.alpha / rho, s.sigma / rho, (s.alpha * s.d_alpha + noise_rate(scheduler, t)) / square,
          (s.d_alpha * s.sigma - s.alpha * s.d_sigma) / square};
}

}  // namespace fm
