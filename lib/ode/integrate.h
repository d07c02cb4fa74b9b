// What solve() and trace() share: times cut at the end of the field's domain, points cut into chunks, and the
// two ways to integrate a chunk, equal steps for all or each point with its own.
#pragma once

#include <cstdint>
#include <vector>

#include "flow/velocity_field.h"
#include "ode/solver.h"

namespace fm {

/// A run of columns to integrate, and where its results go.
struct Integration {
  const VelocityField& field;
  const Vector& times;                     // strictly monotone, in the field's domain; x0 stands at the first
  PointsIn x0;                             // (D, n)
  Index first_column;                      // of this block in the outputs
  std::int64_t first_point;                // what messages call that column
  std::vector<Points>& outputs;            // outputs[k] (D, N) at times(k + 1)
  std::vector<std::int64_t>& evaluations;  // (N)
  Vector& error;                           // (N)
};

void integrate(const Integration& run, const Euler& solver);
void integrate(const Integration& run, const Midpoint& solver);
void integrate(const Integration& run, const Heun& solver);
void integrate(const Integration& run, const Rk4& solver);
void integrate(const Integration& run, const Multistep& solver);
void integrate(const Integration& run, const Bosh3& solver);
void integrate(const Integration& run, const Dopri5& solver);
void integrate(const Integration& run, const Tsit5& solver);
void integrate(const Integration& run, const Dopri8& solver);

/// Times cut at the end of the field's domain.
struct Times {
  Vector inside;   ///< those in the domain, and its end if the last one lies beyond
  bool last_step;  ///< the exact last step to t = 1 follows
};

/// times: two or more, strictly rising or falling (else usage error "times-order"), in the domain but for a
/// last one of 1 (else numeric error "time-domain").
Times split_times(const VelocityField& field, const Vector& times);

/// Integrates all columns of x0 (D, N) over `times` in chunks of a fixed width. One time: nothing to do.
struct Integrated {
  std::vector<Points> x;                  ///< [k] (D, N) at times(k + 1)
  std::vector<std::int64_t> evaluations;  ///< (N)
  Vector error;                           ///< (N)
};
Integrated integrate_all(const VelocityField& field, const Solver& solver, PointsIn x0, const Vector& times,
                         std::int64_t first_point);

/// The field's exact last step from the end of its domain, in the same chunks. x (D, N).
Points last_step(const VelocityField& field, const Points& x);

/// The field at one time, in the same chunks. x (D, N).
Points velocities(const VelocityField& field, double t, const Points& x);

/// Throws numeric error "non-finite-velocity" for that point at that time.
[[noreturn]] void non_finite_velocity(std::int64_t point, double t);

}  // namespace fm
