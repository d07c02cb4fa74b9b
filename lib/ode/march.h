// The walk that all solvers with steps laid out in advance have in common: whole steps between each two asked
// times, at least as dense as the grid asks for.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "ode/integrate.h"
#include "ode/time_grid.h"

namespace fm {

/// Calls step(t, t_new, x) again and again, which moves x (D, n) from one time to the next, and writes the
/// outputs. Times are in [low, high], the ends of the run. Returns the number of steps.
template <class Step>
std::int64_t march(const Integration& run, std::int64_t steps, const TimeGrid& grid, const Step& step) {
  Points x = run.x0;
  const double first = run.times(0), last = run.times(run.times.size() - 1);
  const double low = std::min(first, last), high = std::max(first, last), whole = high - low;
  std::int64_t taken = 0;
  for (Index piece = 0; piece + 1 < run.times.size(); ++piece) {
    const double begin = run.times(piece), end = run.times(piece + 1);
    const double from = grid_share(grid, (begin - low) / whole), to = grid_share(grid, (end - low) / whole);
    // As many steps as the piece's share of the whole; rounding must not add one.
    const double share = static_cast<double>(steps) * std::abs(to - from);
    const auto count = std::max<std::int64_t>(1, static_cast<std::int64_t>(std::ceil(share * (1 - 1e-12))));
    double t = begin;
    for (std::int64_t k = 1; k <= count; ++k) {
      const double s = from + (to - from) * (static_cast<double>(k) / static_cast<double>(count));
      // The last step ends exactly at the end, and none goes beyond: one bit more may be outside the field's
      // domain.
      const double t_new = k == count ? end : std::clamp(low + whole * grid_time(grid, s), low, high);
      step(t, t_new, x);
      t = t_new;
    }
    run.outputs[static_cast<std::size_t>(piece)].middleCols(run.first_column, x.cols()) = x;
    taken += count;
  }
  return taken;
}

/// Throws non_finite_velocity() for the first column of `values` (D, n), at time t, that is not finite.
inline void check_finite(const Integration& run, const Points& values, double t) {
  for (Index n = 0; n < values.cols(); ++n)
    if (!values.col(n).allFinite()) non_finite_velocity(run.first_point + n, t);
}

}  // namespace fm
