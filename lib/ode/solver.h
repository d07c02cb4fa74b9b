// Solvers by name: four with equal steps for all points, one with steps chosen for each point.
#pragma once

#include <cstdint>
#include <tuple>
#include <variant>

#include "core/fields.h"

namespace fm {

namespace detail {
constexpr Range step_range = between(1, 1e9);
constexpr const char* step_help = "equal steps from start to end";
}  // namespace detail

struct Euler {
  static constexpr auto name = "euler";
  static constexpr auto summary = "first order, one evaluation a step";
  std::int64_t steps = 100;
  static constexpr auto fields() {
    return std::tuple{field("steps", &Euler::steps, detail::step_help, detail::step_range)};
  }
};

struct Midpoint {
  static constexpr auto name = "midpoint";
  static constexpr auto summary = "second order, two evaluations a step";
  std::int64_t steps = 50;
  static constexpr auto fields() {
    return std::tuple{field("steps", &Midpoint::steps, detail::step_help, detail::step_range)};
  }
};

struct Heun {
  static constexpr auto name = "heun";
  static constexpr auto summary = "second order, two evaluations a step";
  std::int64_t steps = 50;
  static constexpr auto fields() {
    return std::tuple{field("steps", &Heun::steps, detail::step_help, detail::step_range)};
  }
};

struct Rk4 {
  static constexpr auto name = "rk4";
  static constexpr auto summary = "fourth order, four evaluations a step";
  std::int64_t steps = 10;
  static constexpr auto fields() {
    return std::tuple{field("steps", &Rk4::steps, detail::step_help, detail::step_range)};
  }
};

/// Each point has its own steps: no point's accuracy depends on its neighbours.
struct Dopri5 {
  static constexpr auto name = "dopri5";
  static constexpr auto summary = "fifth order, each point with its own steps";
  double rtol = 1e-4;
  double atol = 1e-4;
  std::int64_t max_evaluations = 1000000;
  static constexpr auto fields() {
    // A local error of 1e-14 is the rounding of one step; 1e-100 and 1e100 have squares that are doubles.
    return std::tuple{
        field("rtol", &Dopri5::rtol, "local error allowed, relative to the position", between(1e-14, 1)),
        field("atol", &Dopri5::atol, "local error allowed, in coordinates", between(1e-100, 1e100)),
        field("max_evaluations", &Dopri5::max_evaluations, "most evaluations for one point", at_least(8))};
  }
};

using Solver = std::variant<Euler, Midpoint, Heun, Rk4, Dopri5>;

}  // namespace fm
