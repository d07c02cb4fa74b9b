// The two ways to integrate a block of points: equal steps for all, or each point with its own. Used by
// solve() and trace().
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
void integrate(const Integration& run, const Dopri5& solver);

/// Throws numeric error "non-finite-velocity" for that point at that time.
[[noreturn]] void non_finite_velocity(std::int64_t point, double t);

}  // namespace fm
