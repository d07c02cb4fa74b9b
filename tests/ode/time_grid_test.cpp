#include "ode/time_grid.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "core/value.h"
#include "ode/known_fields.h"
#include "ode/solve.h"
#include "support/points.h"

using namespace fm;

namespace {

/// Every member as it is made, and others with parameters that are not the defaults.
std::vector<TimeGrid> grids() {
  std::vector<TimeGrid> all;
  for_each_member<TimeGrid>([&](const auto& member) { all.emplace_back(member); });
  for (const double exponent : {0.1, 1.0, 7.0, 10.0}) all.emplace_back(PowerGrid{exponent});
  for (const double by : {0.01, 0.5, 1.0, 100.0}) all.emplace_back(ShiftGrid{by});
  return all;
}

/// The times at which Euler's method asks a field that stands still.
std::vector<double> times_of(const Euler& solver, double t0, double t1) {
  std::vector<double> times;
  const FunctionField field(1,
                            [&](double t, const Vector& x) -> Vector { return times.push_back(t), 0 * x; });
  solve(field, solver, Points::Zero(1, 1), t0, t1);
  return times;
}

}  // namespace

TEST_CASE("time grid: times go up from 0 to 1, both exact, and share is the inverse of time") {
  for (const TimeGrid& grid : grids()) {
    CAPTURE(print_value(grid));
    CHECK(grid_time(grid, 0) == 0);
    CHECK(grid_time(grid, 1) == 1);
    CHECK(grid_share(grid, 0) == 0);
    CHECK(grid_share(grid, 1) == 1);
    for (int k = 1; k < 1000; ++k) {
      const double s = k / 1000.0, t = grid_time(grid, s);
      REQUIRE(t >= grid_time(grid, s - 0.001));  // equal where a power is below the last bit of 1
      // The inverse stretches the rounding of t, at most 1e-16, by ds/dt.
      const double stretch = 1e-3 / std::min(t - grid_time(grid, s - 0.001), grid_time(grid, s + 0.001) - t);
      REQUIRE(std::abs(grid_share(grid, t) - s) < 1e-15 + 4e-16 * stretch);
    }
  }
}

TEST_CASE("time grid: power is the noise levels of Karras et al. for sigma = 1 - t") {
  // sigma_i = (sigma_max^(1/rho) + i / (N - 1) (sigma_min^(1/rho) - sigma_max^(1/rho)))^rho
  const auto karras = [](double i, double last, double rho, double sigma_max, double sigma_min) {
    const double a = std::pow(sigma_max, 1 / rho), b = std::pow(sigma_min, 1 / rho);
    return std::pow(a + i / last * (b - a), rho);
  };
  for (const double rho : {2.0, 7.0})
    for (int i = 0; i <= 20; ++i)
      CHECK(grid_time(PowerGrid{rho}, i / 20.0) ==
            doctest::Approx(1 - karras(i, 20, rho, 1, 0)).epsilon(1e-14));
}

TEST_CASE("time grid: shift by the root of m/n is that of Esser et al., mirrored") {
  for (const double ratio : {0.25, 1.0, 9.0})
    for (int k = 0; k <= 20; ++k) {
      const double theirs = 1 - k / 20.0, root = std::sqrt(ratio);
      const double shifted = root * theirs / (1 + (root - 1) * theirs);
      CHECK(std::abs(grid_time(ShiftGrid{root}, k / 20.0) - (1 - shifted)) < 1e-15);
    }
}

TEST_CASE("time grid: steps stand where the grid says, scaled to the run, the same ones backwards") {
  for (const TimeGrid& grid : grids()) {
    CAPTURE(print_value(grid));
    const Euler solver{.steps = 10, .grid = grid};
    std::vector<double> up = times_of(solver, 0.25, 0.75), down = times_of(solver, 0.75, 0.25);
    REQUIRE(up.size() == 10);
    for (std::size_t k = 0; k < 10; ++k)
      CHECK(std::abs(up[k] - (0.25 + 0.5 * grid_time(grid, static_cast<double>(k) / 10))) < 1e-15);
    up.push_back(0.75);
    down.push_back(0.25);
    std::reverse(down.begin(), down.end());
    for (std::size_t k = 0; k <= 10; ++k) CHECK(std::abs(up[k] - down[k]) < 1e-15);
  }
}

TEST_CASE("time grid: no grid changes the order of a method") {
  const FunctionField field = whirl();
  const Points x0{{1.2}, {0.3}};
  const Vector end = whirled(x0.col(0), 0, 1);
  for_each_member<TimeGrid>([&](const auto& grid) {
    CAPTURE(std::string(grid.name));
    const auto error = [&](std::int64_t steps) {
      return (solve(field, Heun{.steps = steps, .grid = grid}, x0, 0, 1).x - end).norm();
    };
    CHECK(std::abs(std::log2(error(400) / error(800)) - 2) < 0.2);
  });
}

TEST_CASE("time grid: a grid is part of a solver's name and survives printing and reading") {
  const auto text = [](const char* name) { return print_value(parse_family<Solver>(name)); };
  CHECK(text("rk4:steps=7") == "rk4:steps=7,grid=uniform");
  CHECK(text("euler:grid=power:exponent=3,steps=5") == "euler:steps=5,grid=power:exponent=3");
  CHECK(text(text("multistep:grid=shift:by=0.5").c_str()) == text("multistep:grid=shift:by=0.5"));
  CHECK_THROWS_AS(parse_family<Solver>("euler:grid=power:exponent=0"), Error);
  CHECK_THROWS_AS(parse_family<Solver>("dopri5:grid=cosine"), Error);
}
