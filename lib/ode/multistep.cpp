// A solver for few evaluations: where the velocity of a path bends, its prediction of x1 hardly moves, so it
// is the prediction that is carried on from step to step, in the half-log-snr lambda = log(alpha / sigma) of
// the path. With xh1 and xh0 the predictions at t_i, h_i = lambda_{i+1} - lambda_i,
//   x_{i+1} = alpha_{i+1} xh1_i + sigma_{i+1} xh0_i
//             + (alpha_{i+1} - alpha_i sigma_{i+1} / sigma_i) h_i / (2 h_{i-1}) (xh1_i - xh1_{i-1})
// The first line alone is of first order, and Euler's step on cond-ot; with the second, in which xh1 is
// extrapolated to the middle of the step, it is DPM-Solver++(2M) of Lu et al. 2022, arXiv:2211.01095,
// algorithm 2. The second line is left out where lambda is infinite: in the first two steps from t = 0 and
// the last one to t = 1. With equal steps in t the error is of order h^2 inside (0, 1), and h^2 log(1/h) over
// the whole of it; of order h where sigma falls infinitely fast at t = 1 (vp, linear-vp).
#include <algorithm>
#include <cmath>

#include "flow/scheduler.h"
#include "ode/march.h"

namespace fm {

namespace {

/// +-infinity at the ends of a path.
double half_log_snr(const SchedulerValue& s) {
  return std::log(s.alpha) - std::log(s.sigma);
}

class MultistepBlock {
 public:
  explicit MultistepBlock(const Integration& run)
      : run_(run),
        scheduler_(run.field.scheduler()),
        path_rows_(run.field.path_rows()),
        state_v_(run.x0.rows(), run.x0.cols()) {}

  void step(double t, double t_new, Points& state) {
    run_.field.evaluate(Vector::Constant(state.cols(), t), state, state_v_);
    check_finite(run_, state_v_, t);
    carry_along(t, t_new, state);
    move(t, t_new, state.topRows(path_rows_));
    check_finite(run_, state, t);
  }

 private:
  /// Rows that do not lie on the path: the method of Adams and Bashforth of second order, Euler's step at
  /// first.
  void carry_along(double t, double t_new, Points& state) {
    const Index rows = state.rows() - path_rows_;
    if (rows == 0) return;
    const double h = t_new - t;
    const auto v = state_v_.bottomRows(rows);
    state.bottomRows(rows) += h * v;
    if (previous_rest_.size() > 0)
      state.bottomRows(rows) += (h * h / (2 * (t - previous_t_))) * (v - previous_rest_);
    previous_rest_ = v;
    previous_t_ = t;
  }

  void move(double t, double t_new, Eigen::Ref<Points, 0, Eigen::OuterStride<>> x) {
    const auto v = state_v_.topRows(path_rows_);
    const SchedulerValue s = scheduler_at(scheduler_, t), s_new = scheduler_at(scheduler_, t_new);
    const double speed = s.d_alpha * s.sigma - s.d_sigma * s.alpha;
    if (speed == 0) {
      // The path stands still (polynomial at t = 0): any prediction goes with its velocity. Euler's step it
      // is.
      x += (t_new - t) * v;
      has_previous_ = false;
    } else {
      extrapolate(s, s_new, speed, x);
    }
  }

  void extrapolate(const SchedulerValue& s, const SchedulerValue& s_new, double speed,
                   Eigen::Ref<Points, 0, Eigen::OuterStride<>> x) {
    const auto v = state_v_.topRows(path_rows_);
    x1_ = (s.sigma * v - s.d_sigma * x) / speed;
    x = s_new.alpha * x1_ + (s_new.sigma / speed) * (s.d_alpha * x - s.alpha * v);
    const double lambda = half_log_snr(s), h = half_log_snr(s_new) - lambda, h_previous = lambda - lambda_;
    if (has_previous_ && std::isfinite(h) && std::isfinite(h_previous) && h_previous != 0)
      x += ((s_new.alpha - s.alpha * s_new.sigma / s.sigma) * h / (2 * h_previous)) * (x1_ - previous_x1_);
    previous_x1_ = x1_;
    lambda_ = lambda;
    has_previous_ = true;
  }

  const Integration& run_;
  const Scheduler scheduler_;
  const Index path_rows_;    // D; the state may have more rows
  Points state_v_;           // (rows, n)
  Points x1_, previous_x1_;  // (D, n)
  Points previous_rest_;     // (rows - D, n), velocities at the step before
  double previous_t_ = 0;
  double lambda_ = 0;  // where previous_x1_ was predicted
  bool has_previous_ = false;
};

}  // namespace

void integrate(const Integration& run, const Multistep& solver) {
  MultistepBlock block(run);
  const std::int64_t taken = march(run, solver.steps, solver.grid,
                                   [&](double t, double t_new, Points& x) { block.step(t, t_new, x); });
  std::fill_n(run.evaluations.begin() + run.first_column, run.x0.cols(), taken);
}

}  // namespace fm
