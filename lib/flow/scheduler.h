// Affine schedulers: the path between a source point x0 and a target point x1 is
//   x_t = alpha(t) x1 + sigma(t) x0.
// Source: Lipman et al. 2023, arXiv:2210.02747; Lipman et al. 2024, arXiv:2412.06264, section 4.7.
#pragma once

#include <tuple>
#include <variant>

#include "core/fields.h"
#include "flow/time_domain.h"

namespace fm {

/// alpha = t, sigma = 1 - t: straight lines at constant speed.
struct CondOt {
  static constexpr auto name = "cond-ot";
  static constexpr auto summary = "straight lines: alpha = t, sigma = 1 - t";
  static constexpr auto fields() { return std::tuple{}; }
};

/// alpha = t^n, sigma = 1 - t^n: straight lines, slow at the start for n > 1.
struct Polynomial {
  static constexpr auto name = "polynomial";
  static constexpr auto summary = "straight lines at changing speed: alpha = t^power, sigma = 1 - t^power";
  double power = 3;
  static constexpr auto fields() {
    // Below 1 the speed at t = 0 would be infinite; at 1000 most of the way is made in the last thousandth.
    return std::tuple{field("power", &Polynomial::power, "exponent", between(1, 1000))};
  }
};

/// The variance-preserving diffusion with linear beta, alpha^2 + sigma^2 = 1. Source: Song et al. 2021,
/// arXiv:2011.13456, appendix C, with time reversed; theirs are the defaults.
struct Vp {
  static constexpr auto name = "vp";
  static constexpr auto summary =
      "variance-preserving: alpha = exp(-T/2), sigma^2 = 1 - exp(-T), T = (1-t)^2 (beta_max - beta_min)/2 + "
      "(1-t) beta_min";
  double beta_min = 0.1, beta_max = 20;
  static constexpr auto fields() {
    // At 100 the target's share at t = 0 is exp(-25): more noise changes nothing.
    constexpr Range rate = {.low = 0, .high = 100, .low_open = true};
    return std::tuple{field("beta_min", &Vp::beta_min, "rate of noise at t = 1", rate),
                      field("beta_max", &Vp::beta_max, "rate of noise at t = 0", rate)};
  }
};

/// alpha = t, sigma = sqrt(1 - t^2): variance-preserving with alpha linear.
struct LinearVp {
  static constexpr auto name = "linear-vp";
  static constexpr auto summary = "variance-preserving: alpha = t, sigma = sqrt(1 - t^2)";
  static constexpr auto fields() { return std::tuple{}; }
};

/// alpha = sin(pi t/2), sigma = cos(pi t/2): variance-preserving at constant angular speed. Source: Albergo
/// and Vanden-Eijnden 2023, arXiv:2209.15571.
struct Cosine {
  static constexpr auto name = "cosine";
  static constexpr auto summary = "variance-preserving: alpha = sin(pi t/2), sigma = cos(pi t/2)";
  static constexpr auto fields() { return std::tuple{}; }
};

/// alpha = t, sigma = 1 - (1 - sigma_min) t. Paths do not end in the target but in its kernel density
/// estimate with bandwidth sigma_min (in coordinates). Source: Lipman et al. 2023, arXiv:2210.02747, eq. 20.
struct LipmanOt {
  static constexpr auto name = "lipman";
  static constexpr auto summary = "straight lines to within noise: alpha = t, sigma = 1 - (1 - sigma_min) t";
  double sigma_min = 0.01;
  static constexpr auto fields() {
    return std::tuple{
        field("sigma_min", &LipmanOt::sigma_min, "noise that is left at t = 1", from_below(0, 1))};
  }
};

/// alpha = 1, sigma falls geometrically from sigma_max to sigma_min: the variance-exploding diffusion. Paths
/// start at x1 + sigma_max x0, which only resembles the source, and end in a kernel density estimate. Source:
/// Song et al. 2021, arXiv:2011.13456, appendix C, with time reversed; theirs are the largest and smallest
/// noise.
struct Ve {
  static constexpr auto name = "ve";
  static constexpr auto summary = "variance-exploding: alpha = 1, sigma = sigma_max^(1-t) sigma_min^t";
  double sigma_max = 50, sigma_min = 0.01;
  static constexpr auto fields() {
    return std::tuple{field("sigma_max", &Ve::sigma_max, "noise at t = 0", between(1, 1e6)),
                      field("sigma_min", &Ve::sigma_min, "noise at t = 1",
                            Range{.low = 0, .high = 1, .low_open = true, .high_open = true})};
  }
};

using Scheduler = std::variant<CondOt, Polynomial, Vp, LinearVp, Cosine, LipmanOt, Ve>;

/// The coefficients of a path and their derivatives in t.
struct SchedulerValue {
  double alpha, sigma, d_alpha, d_sigma;
};

/// t in [0, 1]. All four are finite in scheduler_domain(); outside, d_sigma is -infinity.
SchedulerValue scheduler_at(const Scheduler& scheduler, double t);

/// Where the path has a finite speed: [0, 1], but [0, 1) for vp and linear-vp, whose sigma falls like
/// sqrt(1 - t). The end is then the largest double below 1.
TimeDomain scheduler_domain(const Scheduler& scheduler);

/// sigma d_sigma, half the rate of the noise's variance: finite on all of [0, 1] for every member.
double noise_rate(const Scheduler& scheduler, double t);

/// Signal-to-noise ratio alpha / sigma, rising in t from snr_at(0) >= 0 to snr_at(1), infinite where sigma is
/// 0.
double snr_at(const Scheduler& scheduler, double t);

/// The time in [0, 1] with that signal-to-noise ratio. Throws numeric error "snr-range" unless snr lies in
/// [snr_at(0), snr_at(1)].
double time_of_snr(const Scheduler& scheduler, double snr);

/// The path in polar form: alpha = rho sin(theta), sigma = rho cos(theta), theta from 0 (noise) to pi/2
/// (target). With w = cos(theta) x1 - sin(theta) x0, the part of the pair that x_t does not tell,
///   x1 = sin(theta) x_t / rho + cos(theta) w,   x0 = cos(theta) x_t / rho - sin(theta) w,
///   u_t = d_log_rho x_t + rho d_theta w,
/// without any division by alpha or sigma. (For rho = 1, w is the v-prediction of Salimans and Ho 2022,
/// arXiv:2202.00512.)
struct PolarValue {
  double rho, sin, cos, d_log_rho, d_theta;
  /// alpha / (alpha + sigma), rising in theta from 0 to 1.
  double share() const { return sin / (sin + cos); }
};

/// t in scheduler_domain(); at t = 1 outside it d_theta is infinite.
PolarValue polar_at(const Scheduler& scheduler, double t);

}  // namespace fm
