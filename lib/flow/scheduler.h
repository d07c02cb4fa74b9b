// Affine schedulers: the path between a source point x0 and a target point x1 is
//   x_t = alpha(t) x1 + sigma(t) x0.
// Source: Lipman et al. 2023, arXiv:2210.02747; Lipman et al. 2024, arXiv:2412.06264, section 4.7.
#pragma once

#include <tuple>
#include <variant>

#include "core/fields.h"

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

using Scheduler = std::variant<CondOt, Polynomial>;

/// The coefficients of a path and their derivatives in t.
struct SchedulerValue {
  double alpha, sigma, d_alpha, d_sigma;
};

/// t in [0, 1]; all four are finite there for every member.
SchedulerValue scheduler_at(const Scheduler& scheduler, double t);

}  // namespace fm
