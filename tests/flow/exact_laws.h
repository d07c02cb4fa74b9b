// Laws with exact fields, for claims that hold for each of them under each scheduler.
#pragma once

#include <doctest/doctest.h>

#include <cmath>
#include <string>
#include <type_traits>

#include "core/value.h"
#include "flow/adaptive_field.h"
#include "flow/adaptive_path.h"
#include "flow/empirical_field.h"
#include "flow/mixture_field.h"
#include "flow/pairs_field.h"
#include "support/mixtures.h"
#include "support/points.h"

namespace fm {

/// Three overlapping components in 3-D, typed by hand.
inline Mixture three_normals() {
  return {Vector{{0.5, 0.3, 0.2}},
          Points{{1, -1, 0}, {-0.5, 1, 0.3}, {0, 0.5, -1.5}},
          {Points{{0.5, 0.2, -0.1}, {0.2, 0.4, 0.05}, {-0.1, 0.05, 0.3}},
           Points{{1.2, -0.3, 0.2}, {-0.3, 0.6, 0.1}, {0.2, 0.1, 0.9}},
           Points{{0.05, 0, 0}, {0, 2, 0.4}, {0, 0.4, 0.5}}}};
}

/// A plane and a line in 3-D, not along the axes: singular covariances.
inline Mixture flat_normals() {
  const Vector a{{1, 2, -1}}, b{{0.5, -0.5, 1}}, c{{1, 1, 1}};
  return {Vector{{0.6, 0.4}},
          Points{{1, -1}, {0, 0.5}, {-1, 1}},
          {Points(a * a.transpose() / 4 + b * b.transpose()), Points(c * c.transpose() / 2)}};
}

/// A field and pairs (D, N) whose path it is the velocity of, x_t = alpha x1 + sigma x0 + noise z.
template <class Field>
struct ExactLaw {
  Field field;
  Scheduler scheduler;
  Points x0, x1;
  double noise;

  /// `count` draws of x_t (D, count).
  Points draws(double t, Index count) const {
    const SchedulerValue s = scheduler_at(scheduler, t);
    return s.alpha * x1.leftCols(count) + s.sigma * x0.leftCols(count) +
           noise * normal_points(x0.rows(), count, 14);
  }
  /// A length over which the law of x_t changes: the least deviation of its normal parts.
  double width(double t) const { return noise > 0 ? noise : scheduler_at(scheduler, t).sigma; }
  /// A time in which it changes: that in which a path of a deviation's x0 and x1 goes that far.
  double while_at(double t) const {
    const SchedulerValue s = scheduler_at(scheduler, t);
    return width(t) / (1 + std::abs(s.d_alpha) + std::abs(s.d_sigma));
  }
};

/// Calls visit(law) for a mixture, a singular mixture, weighted rows and noisy pairs under every scheduler,
/// and for rows with bandwidths under those that take them.
template <class Visitor>
void for_each_exact_law(const Visitor& visit) {
  constexpr Index count = 600;  // more than one chunk
  const Points rows = normal_points(3, count, 11), noise = normal_points(3, count, 13);
  const Vector weights = normal_points(1, count, 12).row(0).cwiseAbs(), bandwidths = 0.1 + weights.array();
  for_each_member<Scheduler>([&](const auto& scheduler) {
    CAPTURE(std::string(scheduler.name));
    const auto named = [&](const std::string& name, const auto& field, const Points& x1, double bridge_std) {
      CAPTURE(name);
      visit(ExactLaw<std::decay_t<decltype(field)>>{field, scheduler, noise, x1, bridge_std});
    };
    named("mixture", MixtureField(three_normals(), scheduler), draw_mixture(three_normals(), count, 15), 0);
    named("singular mixture", MixtureField(flat_normals(), scheduler),
          draw_mixture(flat_normals(), count, 16), 0);
    named("weighted rows", EmpiricalField(rows, weights, scheduler), rows, 0);
    if (takes_bandwidths(scheduler))
      named("adaptive rows", AdaptiveField(rows, bandwidths, scheduler),
            rows + noise * bandwidths.asDiagonal(), 0);
    named("noisy pairs", PairsField(noise, rows, weights, 0.4, scheduler), rows, 0.4);
  });
}

}  // namespace fm
