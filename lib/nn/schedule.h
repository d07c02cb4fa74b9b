// Learning rate over the steps of a training, as a factor of the given rate.
#pragma once

#include <cstdint>
#include <tuple>
#include <variant>

#include "core/fields.h"

namespace fm {

struct ConstantRate {
  static constexpr auto name = "constant";
  static constexpr auto summary = "the same rate after a linear warm-up";
  std::int64_t warmup = 0;
  static constexpr auto fields() {
    return std::tuple{field("warmup", &ConstantRate::warmup, "steps of linear rise", at_least(0))};
  }
};

/// (1 + cos(pi (k - warmup) / (K - warmup))) / 2 after the warm-up. Source: Loshchilov and Hutter 2016,
/// arXiv:1608.03983, eq. 5 with eta_min = 0 and no restart.
struct CosineRate {
  static constexpr auto name = "cosine";
  static constexpr auto summary = "falls to 0 along half a cosine after a linear warm-up (arXiv:1608.03983)";
  std::int64_t warmup = 100;
  static constexpr auto fields() {
    return std::tuple{field("warmup", &CosineRate::warmup, "steps of linear rise", at_least(0))};
  }
};

using Schedule = std::variant<ConstantRate, CosineRate>;

/// Factor in (0, 1] at step k = 0, ..., K - 1 of K = `steps`: (k + 1) / warmup while k < warmup, then the
/// member's curve. A warm-up that is not shorter than the training fills it.
double schedule_factor(const Schedule& schedule, std::int64_t step, std::int64_t steps);

}  // namespace fm
