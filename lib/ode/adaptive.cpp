// Dormand and Prince's method with step control for each point. Points that have arrived leave the block; the
// others move up, so the field always sees a dense block. Step control, first step and interpolant: Hairer,
// Norsett and Wanner 1993, "Solving ordinary differential equations I", sections II.4 and II.6; stabilised
// control: Hairer and Wanner 1996, the same, II, section IV.2.
#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "core/error.h"
#include "core/text.h"
#include "ode/integrate.h"
#include "ode/tableau.h"

namespace fm {

namespace {

// Constants of step control as in their code DOPRI5: safety factor, limits of change, and the exponents of
// the stabilised (PI) controller for order 5.
constexpr double safety = 0.9;
constexpr double least_change = 0.2, most_change = 10;
constexpr double beta = 0.04, alpha = 0.2 - 0.75 * beta;

class AdaptiveBlock {
 public:
  AdaptiveBlock(const Integration& run, const Dopri5& solver)
      : run_(run),
        solver_(solver),
        end_(run.times(run.times.size() - 1)),
        direction_(end_ > run.times(0) ? 1 : -1),
        active_(run.x0.cols()),
        points_(static_cast<std::size_t>(active_)),
        x_(run.x0),
        x_new_(x_.rows(), active_),
        stage_(x_.rows(), active_),
        t_(Vector::Constant(active_, run.times(0))),
        stage_t_(active_),
        h_(active_) {
    k_.fill(Points(x_.rows(), active_));
    for (Index n = 0; n < active_; ++n) points_[static_cast<std::size_t>(n)].column = n;
  }

  void solve() {
    choose_first_steps();
    while (active_ > 0) {
      attempt();
      for (Index n = 0; n < active_; ++n) judge(n);
      compact();
    }
  }

 private:
  /// What a point remembers beside its position, time and step.
  struct Point {
    Index column = 0;       // in the block
    Index next_output = 0;  // index into outputs
    std::int64_t evaluations = 0;
    double last_error = 1e-4;  // of the last accepted step, as the controller starts
    double total_error = 0;
    bool rejected = false;
    bool arrived = false;
  };

  /// Tolerance of coordinate d between two positions.
  double tolerance(double a, double b) const {
    return solver_.atol + solver_.rtol * std::max(std::abs(a), std::abs(b));
  }
  /// Root mean square of `vector` in units of the tolerance at x_n.
  template <class Column>
  double scaled_norm(const Column& vector, Index n) const {
    double sum = 0;
    for (Index d = 0; d < x_.rows(); ++d) sum += std::pow(vector(d) / tolerance(x_(d, n), x_(d, n)), 2);
    return std::sqrt(sum / static_cast<double>(x_.rows()));
  }

  void evaluate(Points& k) {
    run_.field.evaluate(stage_t_.head(active_), stage_.leftCols(active_), k.leftCols(active_));
  }

  /// Section II.4, "starting step size": from the sizes of x, v and a difference of v.
  void choose_first_steps() {
    stage_ = x_;
    stage_t_ = t_;
    evaluate(k_[0]);
    const double length = std::abs(end_ - t_(0));
    for (Index n = 0; n < active_; ++n) {
      const double d0 = scaled_norm(x_.col(n), n), d1 = scaled_norm(k_[0].col(n), n);
      if (!k_[0].col(n).allFinite()) non_finite_velocity(point_number(n), t_(n));
      const double guess = d0 < 1e-5 || d1 < 1e-5 ? 1e-6 : 0.01 * d0 / d1;
      h_(n) = direction_ * std::min(guess, length);
      stage_.col(n) += h_(n) * k_[0].col(n);
      stage_t_(n) = arrival(n);
    }
    evaluate(k_[1]);
    for (Index n = 0; n < active_; ++n) {
      const double d1 = scaled_norm(k_[0].col(n), n), guess = std::abs(h_(n));
      const double d2 = scaled_norm((k_[1].col(n) - k_[0].col(n)).eval(), n) / guess;
      const double steepest = std::max(d1, d2);
      const double better =
          steepest <= 1e-15 ? std::max(1e-6, 1e-3 * guess) : std::pow(0.01 / steepest, 1.0 / 5);
      // A difference that is not finite leaves the cautious guess.
      h_(n) = direction_ * std::min({std::isfinite(d2) ? better : guess, 100 * guess, length});
      points_[static_cast<std::size_t>(n)].evaluations = 2;
    }
  }

  /// Stages and new position of one step for every active point, each with its own h.
  void attempt() {
    for (Index n = 0; n < active_; ++n) {
      // A step that would leave less than a hundredth of itself takes the rest along.
      if (direction_ * (t_(n) + 1.01 * h_(n) - end_) >= 0) h_(n) = end_ - t_(n);
    }
    for (std::size_t i = 1; i < 7; ++i) {
      for (Index n = 0; n < active_; ++n) {
        auto stage = stage_.col(n);
        stage = x_.col(n);
        for (std::size_t j = 0; j < i; ++j)
          if (dopri5_tableau.a[i][j] != 0) stage += (h_(n) * dopri5_tableau.a[i][j]) * k_[j].col(n);
        stage_t_(n) = dopri5_tableau.c[i] == 1 ? arrival(n) : t_(n) + dopri5_tableau.c[i] * h_(n);
      }
      if (i == 6) x_new_.leftCols(active_) = stage_.leftCols(active_);  // its weights are b
      evaluate(k_[i]);
    }
  }

  /// Time at the end of the step, exactly the end for the last one.
  double arrival(Index n) const { return h_(n) == end_ - t_(n) ? end_ : t_(n) + h_(n); }

  /// Accepts or rejects the step of point n and chooses its next one.
  void judge(Index n) {
    Point& point = points_[static_cast<std::size_t>(n)];
    point.evaluations += 6;
    double sum = 0, square = 0;
    for (Index d = 0; d < x_.rows(); ++d) {
      double difference = 0;
      for (std::size_t i = 0; i < 7; ++i)
        difference += (dopri5_tableau.b[i] - dopri5_embedded[i]) * k_[i](d, n);
      difference *= h_(n);
      square += difference * difference;
      sum += std::pow(difference / tolerance(x_(d, n), x_new_(d, n)), 2);
    }
    const double error = std::sqrt(sum / static_cast<double>(x_.rows()));
    if (error <= 1 && x_new_.col(n).allFinite()) {
      point.total_error += std::sqrt(square);
      accept(n, point, error);
    } else {
      // NaN and infinity come here too, and a position that is neither although its error is small.
      h_(n) *= error > 1 && std::isfinite(error) ? std::max(least_change, safety * std::pow(error, -0.2))
                                                 : least_change;
      point.rejected = true;
    }
    if (!point.arrived) check_limits(n, point, std::isfinite(error) && x_new_.col(n).allFinite());
  }

  void accept(Index n, Point& point, double error) {
    const double t_new = arrival(n);
    write_outputs(n, point, t_new);
    double change =
        error == 0 ? most_change : safety * std::pow(error, -alpha) * std::pow(point.last_error, beta);
    change = std::clamp(change, least_change, point.rejected ? 1.0 : most_change);
    point.last_error = std::max(error, 1e-4);
    point.rejected = false;
    point.arrived = t_new == end_;
    t_(n) = t_new;
    x_.col(n) = x_new_.col(n);
    k_[0].col(n) = k_[6].col(n);
    h_(n) *= change;
  }

  /// Positions at the asked times inside the accepted step: the interpolant of section II.6, and at its end
  /// the step itself.
  void write_outputs(Index n, Point& point, double t_new) {
    const Index outputs = run_.times.size() - 1;
    for (; point.next_output < outputs; ++point.next_output) {
      const double time = run_.times(point.next_output + 1);
      if (direction_ * (time - t_new) > 0) return;
      auto out =
          run_.outputs[static_cast<std::size_t>(point.next_output)].col(run_.first_column + point.column);
      if (time == t_new) {
        out = x_new_.col(n);
        continue;
      }
      const double h = h_(n), theta = (time - t_(n)) / h, rest = 1 - theta;
      for (Index d = 0; d < x_.rows(); ++d) {
        const double rise = x_new_(d, n) - x_(d, n);
        const double bend = h * k_[0](d, n) - rise;
        double quartic = 0;
        for (std::size_t i = 0; i < 7; ++i) quartic += dopri5_dense[i] * k_[i](d, n);
        out(d) =
            x_(d, n) +
            theta * (rise + rest * (bend + theta * (rise - h * k_[6](d, n) - bend + rest * h * quartic)));
      }
    }
  }

  /// Refuses to go on with too small a step, or after too many evaluations. `finite`: the last step was.
  void check_limits(Index n, const Point& point, bool finite) const {
    const auto where = [&] {
      return "point " + std::to_string(point_number(n)) + " at t = " + shortest(t_(n));
    };
    if (point.evaluations + 6 > solver_.max_evaluations)
      throw numeric_error("too-many-evaluations",
                          where() + " has used " + std::to_string(point.evaluations) + " evaluations",
                          "allow more with dopri5:max_evaluations=N, or a larger rtol and atol");
    // 16 units in the last place of t: below that the stages of a step fall on the same times.
    constexpr double least_step = 16 * std::numeric_limits<double>::epsilon();
    if (std::abs(h_(n)) >= least_step * std::max(std::abs(t_(n)), 1e-3)) return;
    if (!finite) non_finite_velocity(point_number(n), t_(n));
    throw numeric_error("step-underflow",
                        where() + " cannot be moved within the tolerance: the step has shrunk to nothing",
                        "use a larger rtol and atol, or a fixed-step solver such as rk4:steps=50");
  }

  std::int64_t point_number(Index n) const {
    return run_.first_point + points_[static_cast<std::size_t>(n)].column;
  }

  /// Points that have arrived leave; the order of the others stays.
  void compact() {
    Index kept = 0;
    for (Index n = 0; n < active_; ++n) {
      const Point& point = points_[static_cast<std::size_t>(n)];
      if (point.arrived) {
        run_.evaluations[static_cast<std::size_t>(run_.first_column + point.column)] = point.evaluations;
        run_.error(run_.first_column + point.column) = point.total_error;
        continue;
      }
      if (kept != n) {
        points_[static_cast<std::size_t>(kept)] = point;
        x_.col(kept) = x_.col(n);
        k_[0].col(kept) = k_[0].col(n);
        t_(kept) = t_(n);
        h_(kept) = h_(n);
      }
      ++kept;
    }
    active_ = kept;
  }

  const Integration& run_;
  const Dopri5& solver_;
  const double end_;
  const double direction_;
  Index active_;  // points still on their way: the first columns of everything below
  std::vector<Point> points_;
  Points x_, x_new_, stage_;  // (D, n)
  std::array<Points, 7> k_;   // (D, n) each; k_[0] is the velocity at x_
  Vector t_, stage_t_, h_;    // (n)
};

}  // namespace

void integrate(const Integration& run, const Dopri5& solver) {
  AdaptiveBlock(run, solver).solve();
}

}  // namespace fm
