// Where the steps of a fixed-step solver stand: t(s) for the share s of the steps taken on the way up from 0
// to 1. A run over another interval has them scaled to it, and one backwards takes the same steps the other
// way.
#pragma once

#include <tuple>
#include <variant>

#include "core/fields.h"

namespace fm {

struct UniformGrid {
  static constexpr auto name = "uniform";
  static constexpr auto summary = "equal steps";
  static constexpr auto fields() { return std::tuple{}; }
};

/// t = (1 - cos(pi s)) / 2
struct CosineGrid {
  static constexpr auto name = "cosine";
  static constexpr auto summary = "short steps at both ends: t = (1 - cos(pi s)) / 2";
  static constexpr auto fields() { return std::tuple{}; }
};

/// 1 - t = (1 - s)^exponent. For sigma = 1 - t, these are the noise levels of Karras et al. 2022
/// (arXiv:2206.00364, eq. 5) with rho = exponent, from sigma_max = 1 to sigma_min = 0.
struct PowerGrid {
  static constexpr auto name = "power";
  static constexpr auto summary = "short steps at the target for exponents above 1: t = 1 - (1 - s)^exponent";
  double exponent = 2;
  static constexpr auto fields() {
    // At 10 the last of ten steps is a ten-thousand-millionth of the whole.
    return std::tuple{field("exponent", &PowerGrid::exponent, "exponent", between(0.1, 10))};
  }
};

/// t = s / (s + by (1 - s)). Source: Esser et al. 2024, arXiv:2403.03206, eq. 23, whose t is 1 - ours.
struct ShiftGrid {
  static constexpr auto name = "shift";
  static constexpr auto summary =
      "short steps at the source for by > 1, at the target below: t = s / (s + by (1 - s))";
  double by = 3;
  static constexpr auto fields() {
    return std::tuple{
        field("by", &ShiftGrid::by, "dt/ds is 1/by at the source, by at the target", between(0.01, 100))};
  }
};

using TimeGrid = std::variant<UniformGrid, CosineGrid, PowerGrid, ShiftGrid>;

/// t(s), rising from t(0) = 0 to t(1) = 1. s in [0, 1].
double grid_time(const TimeGrid& grid, double s);

/// The s with t(s) = t. t in [0, 1].
double grid_share(const TimeGrid& grid, double t);

}  // namespace fm
