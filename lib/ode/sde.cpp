#include "ode/sde.h"

#include <algorithm>
#include <vector>

#include "core/parallel.h"
#include "core/random.h"
#include "ode/integrate.h"
#include "ode/time_grid.h"

namespace fm {

namespace {

constexpr Index chunk_points = 512;  // as many as the solvers of the ODE

/// The times of all steps from t0 to t1. Those beyond the field's domain are left out, but for the last.
std::vector<double> step_times(const VelocityField& field, const DiffusionSteps& steps, double t0,
                               double t1) {
  const double low = std::min(t0, t1), whole = std::abs(t1 - t0);
  std::vector<double> times{t0};
  for (std::int64_t k = 1; k < steps.steps; ++k) {
    const double share = static_cast<double>(k) / static_cast<double>(steps.steps);
    const double t = low + whole * grid_time(steps.grid, t0 < t1 ? share : 1 - share);
    // Shares next to each other may be one time on a steep grid.
    if (field.domain().contains(t) && t != times.back() && t != t1) times.push_back(t);
  }
  times.push_back(t1);
  return times;
}

/// All points of a chunk from one time to the next.
class Walk {
 public:
  Walk(const VelocityField& field, const Diffusion& diffusion, std::uint64_t seed, std::int64_t first_point,
       PointsIn x0)
      : field_(field),
        diffusion_(diffusion),
        scheduler_(field.scheduler()),
        first_point_(first_point),
        x_(x0),
        mean_(x0),
        std_(x0.cols()) {
    const Random random{seed, Purpose::diffusion};
    for (Index n = 0; n < x_.cols(); ++n)
      draws_.push_back(random.row(static_cast<std::uint64_t>(first_point + n)));
  }

  const Points& x() const { return x_; }

  void step(double t, double t_new) {
    const auto kept = [&](const PathNoise& noise) {
      return kept_noise(diffusion_, noise, scheduler_, t, t_new);
    };
    field_.step_law(t, t_new, x_, kept, mean_, std_);
    for (Index n = 0; n < x_.cols(); ++n) {
      Draws& draws = draws_[static_cast<std::size_t>(n)];
      for (Index d = 0; d < field_.path_rows(); ++d) x_(d, n) = mean_(d, n) + std_(n) * draws.normal();
      if (!x_.col(n).allFinite()) non_finite_velocity(first_point_ + n, t);
    }
  }

 private:
  const VelocityField& field_;
  const Diffusion& diffusion_;
  const Scheduler scheduler_;
  const std::int64_t first_point_;
  std::vector<Draws> draws_;
  Points x_, mean_;  // (D, n)
  Vector std_;       // (n)
};

}  // namespace

Solution solve_sde(const VelocityField& field, const Diffusion& diffusion, std::uint64_t seed, PointsIn x0,
                   double t0, double t1, std::int64_t first_point) {
  check_score(field);
  split_times(field, Vector{{t0, t1}});  // for its errors
  const std::vector<double> times = step_times(field, steps_of(diffusion), t0, t1);
  const auto steps = static_cast<std::int64_t>(times.size()) - 1;
  Solution solution{Points(x0.rows(), x0.cols()),
                    std::vector<std::int64_t>(static_cast<std::size_t>(x0.cols()), steps),
                    Vector::Zero(x0.cols()), t1};
  parallel_chunks(x0.cols(), chunk_points, [&](Index begin, Index end, Index) {
    Walk walk(field, diffusion, seed, first_point + begin, x0.middleCols(begin, end - begin));
    for (std::size_t k = 0; k + 1 < times.size(); ++k) walk.step(times[k], times[k + 1]);
    solution.x.middleCols(begin, end - begin) = walk.x();
  });
  return solution;
}

}  // namespace fm
