// The one interface of all fields, learned or exact: dX/dt = v(t, X) from the source at t = 0 to the target
// at t = 1.
#pragma once

#include <functional>

#include "core/types.h"
#include "flow/path_noise.h"
#include "flow/path_start.h"
#include "flow/scheduler.h"
#include "flow/time_domain.h"

namespace fm {

/// Which share k in [0, 1] of z is left after a stochastic step, under a noise of this kind.
using KeptNoise = std::function<double(const PathNoise&)>;

class VelocityField {
 public:
  virtual ~VelocityField() = default;

  /// Dimension D of its points.
  virtual Index dim() const = 0;

  /// v(:, n) = v(t_n, x_n). t (N) in domain(); x, v (D, N), may not overlap. Thread-safe. A column depends on
  /// nothing but t and x of that column, bit for bit. Throws numeric error "time-domain" outside the domain.
  virtual void evaluate(VectorIn t, PointsIn x, PointsOut v) const = 0;

  /// v as evaluate(), and dv(:, n) = J(t_n, x_n) dx_n with J = dv/dx. dx, dv (D, N); nothing may overlap.
  /// Fields without derivative throw numeric error "no-derivative".
  virtual void tangent(VectorIn t, PointsIn x, PointsIn dx, PointsOut v, PointsOut dv) const;

  /// K tangents at the same points: rows k D to (k + 1) D of dx, dv (K D, N) are the k-th. Unless a field
  /// knows better, K calls of tangent().
  virtual void tangents(VectorIn t, PointsIn x, PointsIn dx, PointsOut v, PointsOut dv) const;

  /// v as evaluate(), and div(n) = trace of J(t_n, x_n), (N). Unless a field has a closed form, tangents
  /// along the axes of all path_rows().
  virtual void divergence(VectorIn t, PointsIn x, PointsOut v, VectorOut div) const;

  virtual TimeDomain domain() const { return {}; }

  /// Where a point of the source stands at t = domain().begin. What draws points from a source applies it
  /// before solving, and what leads points back to the source undoes it: solvers know positions on the path
  /// only.
  virtual PathStart start() const { return {}; }

  /// The path whose marginal velocity this is: what turns v into predictions of x1 and x0
  /// (flow/conversion.h). For a field that belongs to no path, cond-ot, where the prediction x + (1 - t) v is
  /// the end of a straight line.
  virtual Scheduler scheduler() const { return CondOt{}; }
  /// How many of the first rows of a point lie on that path; the others are carried along, such as integrals.
  virtual Index path_rows() const { return dim(); }
  /// How many rows right behind those never move, such as conditions: v = 0 there. Solvers pass them over
  /// where they measure sizes, so that they change no step.
  virtual Index still_rows() const { return 0; }

  /// The noise on that path, as far as it is one for all pairs and makes the score known.
  virtual PathNoise noise() const { return Noiseless{}; }

  /// Whether step_law() is known, as it is from noise(), or from noise that differs between rows.
  virtual bool knows_score() const { return !std::holds_alternative<Noiseless>(noise()); }

  /// The law of a stochastic step (ode/sde.h) from x (D, N) at time t to t_new: normal around mean (D, N), of
  /// which path_rows() are set, with deviation std (N),
  ///   mean = E[centre_new + std_new k z | x_t = x],   std^2 = E[std_new^2 (1 - k^2) | x_t = x].
  /// t in domain(), t_new in [0, 1]. Throws as predict() unless knows_score().
  virtual void step_law(double t, double t_new, PointsIn x, const KeptNoise& kept, PointsOut mean,
                        VectorOut std) const;

  /// What is expected of the pair and the noise behind x: E[x1 | x_t = x], E[x0 | x_t = x], E[z | x_t = x],
  /// all (D, N), of which path_rows() are set. t (N) in domain(). For SourceNoise, where z = x0, they follow
  /// from the velocity (flow/conversion.h, whose errors are thrown). Throws usage error "score-unknown" where
  /// noise() is Noiseless; fields with other noise know better.
  virtual void predict(VectorIn t, PointsIn x, PointsOut x1, PointsOut x0, PointsOut noise) const;

  /// The first two of these, for fields of any noise: where it is Noiseless, by the velocity, whatever
  /// couples the pairs. Throws numeric error "conversion" where flow/conversion.h does: where the path rests.
  virtual void predict_ends(VectorIn t, PointsIn x, PointsOut x1, PointsOut x0) const;

  /// The exact last step of a field whose domain ends before 1: x1(:, n) = E[X_1 | X_t = x_n] at t =
  /// domain().end. x, x1 (D, N). Fields that reach t = 1 do not need it: they throw numeric error
  /// "no-endpoint".
  virtual void endpoint(PointsIn x, PointsOut x1) const;
};

/// Throws usage error "score-unknown" unless field.knows_score().
void check_score(const VelocityField& field);

}  // namespace fm
