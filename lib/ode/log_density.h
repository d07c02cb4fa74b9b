// The density of points under the law that a field carries N(0, I) into, found while the points move:
//   d/dt log p_t(x_t) = -div u_t(x_t)   along a path, so   log p_t(x_t) = log p_0(x_0) - int_0^t div u_s(x_s)
//   ds
// with p_0 the law of the start of the path (flow/path_start.h) for the source N(0, I). All in coordinates;
// data units take off log_volume() of the standardiser. Source: Chen et al. 2018, arXiv:1806.07366, theorem
// 1; with probes that stay fixed along a path: Grathwohl et al. 2019, arXiv:1810.01367, section 3.1.
#pragma once

#include <cstdint>

#include "flow/velocity_field.h"
#include "ode/divergence.h"
#include "ode/solve.h"
#include "ode/trajectory.h"

namespace fm {

/// Where points end, and the log-density at the end of their path that does not lie at t = 0. `evaluations`
/// are of the field with its divergence; `error` sums coordinates and nats.
struct DensitySolution : Solution {
  Vector log_density = {};        ///< nats, in coordinates (N)
  Vector log_density_error = {};  ///< its standard error over the probes (N); none for the exact divergence
};

/// From x0 (D, N) at t0 to t1; one of the two is 0. The density is that of the field's path_rows(), given its
/// still_rows(). Forwards (t0 = 0) log_density is that of the points where they arrive, backwards (t1 = 0)
/// that of the given points. The integral of the divergence, or of each probe, takes part in the error
/// control of dopri5 beside the coordinates (the mean over all these rows is kept within the tolerance);
/// under equal steps x has the bits of solve(). The signs of probe k of column n are a function of (seed,
/// first_row + n, k) and the same all along its path; each column's result depends on that column and its
/// number alone, bit for bit. Throws as solve(), messages counting columns from first_row; as
/// check_density_times(); and numeric error "no-derivative" for a field without tangents. Cost: that of
/// solve() with a divergence(), or the tangents() of all probes, for each evaluation.
DensitySolution solve_with_density(const VelocityField& field, const Solver& solver,
                                   const Divergence& divergence, std::uint64_t seed, PointsIn x0, double t0,
                                   double t1, std::int64_t first_row = 0);

/// Positions and the log-density of the law of x_t there, at each of the times.
struct DensityTrajectories : Trajectories {
  std::vector<Vector> log_density = {};  ///< nats, in coordinates; for each time (N)
};

/// trace() with log p_t(x_t) along each path, by the exact divergence, which takes part in the error control
/// as above. One end of `times` is 0. Throws as trace() and check_density_times().
DensityTrajectories trace_with_density(const VelocityField& field, const Solver& solver, PointsIn x0,
                                       const Vector& times, bool with_velocity, std::int64_t first_point = 0);

/// Throws usage error "density-times" if neither time is 0, and numeric error "no-density" if the other one
/// lies beyond the field's domain.
void check_density_times(const VelocityField& field, double t0, double t1);

/// log N(x; 0, I) of each column of x (D, N), as (N).
Vector normal_log_density(PointsIn x);

}  // namespace fm
