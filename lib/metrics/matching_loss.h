// The theorem of flow matching as numbers. On a path with known marginal velocity v and for any field u,
//   L = E|u(t, X_t) - u_t|^2          the conditional loss, which training sees
//   L* = E|u(t, X_t) - v(t, X_t)|^2   the loss that it is meant to make small
//   L = L* + E|u_t - v(t, X_t)|^2     whose last term, the floor, does not depend on u
// because E[u_t | X_t] = v. Source: Lipman et al. 2023, arXiv:2210.02747, theorem 2; the constant is the
// variance that is left of u_t given X_t. u_t is the conditional velocity. All in squared units of the
// coordinates.
#pragma once

#include <cstdint>
#include <vector>

#include "core/numeric.h"
#include "flow/exact_path.h"

namespace fm {

/// Over t uniform in [begin, end]. A mean that is infinite has value infinity and no standard error.
struct MatchingLoss {
  double begin = 0, end = 0;
  std::int64_t draws = 0;
  Estimate loss;      ///< L
  Estimate floor;     ///< E|u_t - v|^2
  Estimate excess;    ///< L - floor, draw by draw: L* with the noise of the conditional velocities
  Estimate distance;  ///< L*, directly
  Estimate cross;  ///< excess - distance = 2 E (u - v).(v - u_t), which is 0: a check of u, v and the draws
};

struct MatchingLosses {
  std::vector<MatchingLoss> bins;  ///< equal parts of [total.begin, total.end]
  MatchingLoss total;
};

/// Losses of `field` over `bins` >= 1 equal parts of [begin, end] in [0, 1], `draws` >= 2 points in each. An
/// end beyond the domains of field, path or scheduler is moved there. For vp and linear-vp, whose conditional
/// speed is not square integrable at t = 1, `floor` of the total is infinite if `end` was 1, unless the
/// target is discrete (where x_t tells x1 the floor vanishes); and so is `loss`, unless the target is
/// discrete and `field` the path's own, whose loss the floor is; of a bin if it reaches the end of
/// scheduler_domain(). What is left of the draws is then a mean over the rest of the time. Results are a
/// function of the arguments alone, for any number of threads. Throws numeric error "time-domain" if nothing
/// of [begin, end] lies in the domains.
MatchingLosses matching_losses(const ExactPath& path, const VelocityField& field, double begin, double end,
                               Index bins, Index draws, std::uint64_t seed);

}  // namespace fm
