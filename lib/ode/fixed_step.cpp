// Solvers with equal steps for all points.
#include <algorithm>
#include <cmath>
#include <string>

#include "core/error.h"
#include "core/text.h"
#include "ode/integrate.h"
#include "ode/tableau.h"

namespace fm {

void non_finite_velocity(std::int64_t point, double t) {
  throw numeric_error(
      "non-finite-velocity",
      "the velocity of point " + std::to_string(point) + " is not finite at t = " + shortest(t),
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
    for (Index n = 0; n < x.cols(); ++n)
      if (!k[i].col(n).allFinite()) non_finite_velocity(run.first_point + n, t);
  }
  for (std::size_t i = 0; i < Stages; ++i)
    if (tableau.b[i] != 0) x += (h * tableau.b[i]) * k[i];
  for (Index n = 0; n < x.cols(); ++n)
    if (!x.col(n).allFinite()) non_finite_velocity(run.first_point + n, t);
}

template <std::size_t Stages>
void fixed_steps(const Integration& run, const Tableau<Stages>& tableau, std::int64_t steps) {
  Points x = run.x0, stage(x.rows(), x.cols());
  std::array<Points, Stages> k;
  k.fill(stage);
  const double whole = std::abs(run.times(run.times.size() - 1) - run.times(0));
  std::int64_t taken = 0;
  for (Index piece = 0; piece + 1 < run.times.size(); ++piece) {
    const double begin = run.times(piece), end = run.times(piece + 1), length = end - begin;
    // As many steps as the piece's share of the whole; rounding must not add one.
    const double share = static_cast<double>(steps) * std::abs(length) / whole;
    const auto count = std::max<std::int64_t>(1, static_cast<std::int64_t>(std::ceil(share * (1 - 1e-12))));
    double t = begin;
    for (std::int64_t s = 1; s <= count; ++s) {
      // The last step ends exactly at the end: one bit beyond may be outside the field's domain.
      const double t_new =
          s == count ? end : begin + length * (static_cast<double>(s) / static_cast<double>(count));
      step(run, tableau, t, t_new, x, k, stage);
      t = t_new;
    }
    run.outputs[static_cast<std::size_t>(piece)].middleCols(run.first_column, x.cols()) = x;
    taken += count;
  }
  std::fill_n(run.evaluations.begin() + run.first_column, x.cols(),
              taken * static_cast<std::int64_t>(Stages));
}

}  // namespace

void integrate(const Integration& run, const Euler& solver) {
  fixed_steps(run, euler_tableau, solver.steps);
}
void integrate(const Integration& run, const Midpoint& solver) {
  fixed_steps(run, midpoint_tableau, solver.steps);
}
void integrate(const Integration& run, const Heun& solver) {
  fixed_steps(run, heun_tableau, solver.steps);
}
void integrate(const Integration& run, const Rk4& solver) {
  fixed_steps(run, rk4_tableau, solver.steps);
}

}  // namespace fm
