// Solvers by name: some with steps laid out in advance for all points (each of `step_evaluations` of the
// field), some with steps chosen for each point.
#pragma once

#include <cstdint>
#include <tuple>
#include <variant>

#include "core/fields.h"
#include "ode/time_grid.h"

namespace fm {

namespace detail {
constexpr Range step_range = between(1, 1e9);
constexpr const char* step_help = "steps from start to end";
constexpr const char* grid_help = "where the steps stand";
}  // namespace detail

struct Euler {
  static constexpr auto name = "euler";
  static constexpr std::int64_t step_evaluations = 1;
  static constexpr auto summary = "first order, one evaluation a step";
  std::int64_t steps = 100;
  TimeGrid grid = UniformGrid{};
  static constexpr auto fields() {
    return std::tuple{field("steps", &Euler::steps, detail::step_help, detail::step_range),
                      field("grid", &Euler::grid, detail::grid_help)};
  }
};

struct Midpoint {
  static constexpr auto name = "midpoint";
  static constexpr std::int64_t step_evaluations = 2;
  static constexpr auto summary = "second order, two evaluations a step";
  std::int64_t steps = 50;
  TimeGrid grid = UniformGrid{};
  static constexpr auto fields() {
    return std::tuple{field("steps", &Midpoint::steps, detail::step_help, detail::step_range),
                      field("grid", &Midpoint::grid, detail::grid_help)};
  }
};

struct Heun {
  static constexpr auto name = "heun";
  static constexpr std::int64_t step_evaluations = 2;
  static constexpr auto summary = "second order, two evaluations a step";
  std::int64_t steps = 50;
  TimeGrid grid = UniformGrid{};
  static constexpr auto fields() {
    return std::tuple{field("steps", &Heun::steps, detail::step_help, detail::step_range),
                      field("grid", &Heun::grid, detail::grid_help)};
  }
};

struct Rk4 {
  static constexpr auto name = "rk4";
  static constexpr std::int64_t step_evaluations = 4;
  static constexpr auto summary = "fourth order, four evaluations a step";
  std::int64_t steps = 10;
  TimeGrid grid = UniformGrid{};
  static constexpr auto fields() {
    return std::tuple{field("steps", &Rk4::steps, detail::step_help, detail::step_range),
                      field("grid", &Rk4::grid, detail::grid_help)};
  }
};

/// Carries the field's prediction of x1 from step to step, on the field's own path
/// (VelocityField::scheduler).
struct Multistep {
  static constexpr auto name = "multistep";
  static constexpr std::int64_t step_evaluations = 1;
  static constexpr auto summary =
      "second order, one evaluation a step: extrapolates the prediction of x1 (DPM-Solver++(2M))";
  std::int64_t steps = 20;
  TimeGrid grid = UniformGrid{};
  static constexpr auto fields() {
    return std::tuple{field("steps", &Multistep::steps, detail::step_help, detail::step_range),
                      field("grid", &Multistep::grid, detail::grid_help)};
  }
};

/// What solvers with their own steps for each point are told: no point's accuracy depends on its neighbours.
struct StepControl {
  double rtol = 1e-4;
  double atol = 1e-4;
  std::int64_t max_evaluations = 1000000;
  static constexpr auto fields() {
    using S = StepControl;
    // A local error of 1e-14 is the rounding of one step; 1e-100 and 1e100 have squares that are doubles. The
    // dearest solver's first step costs 17 evaluations.
    return std::tuple{
        field("rtol", &S::rtol, "local error allowed, relative to the position", between(1e-14, 1)),
        field("atol", &S::atol, "local error allowed, in coordinates", between(1e-100, 1e100)),
        field("max_evaluations", &S::max_evaluations, "most evaluations for one point", at_least(17))};
  }
};

struct Bosh3 : StepControl {
  static constexpr auto name = "bosh3";
  static constexpr auto summary = "third order, each point with its own steps: for loose tolerances";
};

struct Dopri5 : StepControl {
  static constexpr auto name = "dopri5";
  static constexpr auto summary = "fifth order, each point with its own steps";
};

struct Tsit5 : StepControl {
  static constexpr auto name = "tsit5";
  static constexpr auto summary = "fifth order, each point with its own steps (Tsitouras)";
};

struct Dopri8 : StepControl {
  static constexpr auto name = "dopri8";
  static constexpr auto summary =
      "eighth order, each point with its own steps: for tight tolerances on smooth fields";
};

using Solver = std::variant<Euler, Midpoint, Heun, Rk4, Multistep, Bosh3, Dopri5, Tsit5, Dopri8>;

}  // namespace fm
