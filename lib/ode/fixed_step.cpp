// Runge-Kutta methods with the same steps for all points.
#include "core/error.h"
#include "core/text.h"
#include "ode/integrate.h"
#include "ode/march.h"
#include "ode/tableau.h"

namespace fm {

void non_finite_velocity(std::int64_t point, double t) {
  throw numeric_error(
      "non-finite-velocity",
      "the velocity of point " + std::to_string(point + 1) + " is not finite at t = " + shortest(t),
      "the point has left the region where the field makes sense; try more steps or a smaller tolerance");
}

namespace {

/// x (D, n) from t to t_new. k: one (D, n) a stage.
template <std::size_t Stages>
void step(const Integration& run, const Tableau<Stages>& tableau, double t, double t_new, Points& x,
          std::array<Points, Stages>& k, Points& stage) {
  const double h = t_new - t;
  for (std::size_t i = 0; i < Stages; ++i) {
    stage = x;
    for (std::size_t j = 0; j < i; ++j)
      if (tableau.a[i][j] != 0) stage += (h * tableau.a[i][j]) * k[j];
    const double stage_t = tableau.c[i] == 1 ? t_new : t + tableau.c[i] * h;
    run.field.evaluate(Vector::Constant(x.cols(), stage_t), stage, k[i]);
    // Every stage is looked at: one of weight 0 reaches the result only through the next stage, where a field
    // may turn NaN into a number.
    check_finite(run, k[i], t);
  }
  for (std::size_t i = 0; i < Stages; ++i)
    if (tableau.b[i] != 0) x += (h * tableau.b[i]) * k[i];
  check_finite(run, x, t);
}

template <class Solver, std::size_t Stages>
void fixed_steps(const Integration& run, const Solver& solver, const Tableau<Stages>& tableau) {
  Points stage(run.x0.rows(), run.x0.cols());
  std::array<Points, Stages> k;
  k.fill(stage);
  const std::int64_t taken = march(run, solver.steps, solver.grid, [&](double t, double t_new, Points& x) {
    step(run, tableau, t, t_new, x, k, stage);
  });
  std::fill_n(run.evaluations.begin() + run.first_column, stage.cols(),
              taken * static_cast<std::int64_t>(Stages));
}

}  // namespace

void integrate(const Integration& run, const Euler& solver) {
  fixed_steps(run, solver, euler_tableau);
}
void integrate(const Integration& run, const Midpoint& solver) {
  fixed_steps(run, solver, midpoint_tableau);
}
void integrate(const Integration& run, const Heun& solver) {
  fixed_steps(run, solver, heun_tableau);
}
void integrate(const Integration& run, const Rk4& solver) {
  fixed_steps(run, solver, rk4_tableau);
}

}  // namespace fm
