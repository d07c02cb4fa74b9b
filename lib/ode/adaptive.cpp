// Embedded Runge-Kutta methods with step control for each point. Points that have arrived leave the block;
// the others move up, so the field always sees a dense block. Step control and first step: Hairer, Norsett
// and Wanner 1993, "Solving ordinary differential equations I", section II.4; stabilised control: Hairer and
// Wanner 1996, the same, II, section IV.2.
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "core/error.h"
#include "core/text.h"
#include "ode/dopri8_tableau.h"
#include "ode/embedded_tableau.h"
#include "ode/integrate.h"

namespace fm {

namespace {

// Constants of step control as in their code DOPRI5: safety factor and limits of change.
constexpr double safety = 0.9;
constexpr double least_change = 0.2, most_change = 10;

template <std::size_t Stages, std::size_t Steps, std::size_t Estimates, std::size_t Bends>
class AdaptiveBlock {
 public:
  using Pair = EmbeddedTableau<Stages, Steps, Estimates, Bends>;

  /// `name`: what hints call the solver.
  AdaptiveBlock(const Integration& run, const StepControl& control, const char* name, const Pair& pair)
      : run_(run),
        control_(control),
        name_(name),
        pair_(pair),
        exponent_(1.0 / pair.method.order),
        beta_(exponent_ / 5),
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
    const Index first_still = run.field.path_rows(), behind = first_still + run.field.still_rows();
    for (Index d = 0; d < x_.rows(); ++d)
      if (d < first_still || d >= behind) moving_.push_back(d);
    k_.fill(Points(x_.rows(), active_));
    for (Index n = 0; n < active_; ++n) points_[static_cast<std::size_t>(n)].column = n;
  }

  void solve() {
    choose_first_steps();
    while (active_ > 0) {
      attempt();
      for (Index n = 0; n < active_; ++n) estimate_error(n);
      if constexpr (Stages > Steps) evaluate_inside();
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
    double error = 0;          // of the attempted step, in units of the tolerance
    double error_size = 0;     // the same in coordinates
    double last_error = 1e-4;  // of the last accepted step, as the controller starts
    double total_error = 0;
    bool accepted = false;  // the attempted step
    bool rejected = false;  // the attempt before it
    bool arrived = false;
  };
  static constexpr std::int64_t step_cost = Steps - 1, inside_cost = Stages - Steps;

  /// Tolerance of coordinate d between two positions.
  double tolerance(double a, double b) const {
    return control_.atol + control_.rtol * std::max(std::abs(a), std::abs(b));
  }
  /// Root mean square of `vector` in units of the tolerance at x_n.
  template <class Column>
  double scaled_norm(const Column& vector, Index n) const {
    double sum = 0;
    for (const Index d : moving_) sum += std::pow(vector(d) / tolerance(x_(d, n), x_(d, n)), 2);
    return std::sqrt(sum / static_cast<double>(moving_.size()));
  }

  /// k: velocities of the first `count` columns of the stage.
  void evaluate(Index count, Points& k) {
    run_.field.evaluate(stage_t_.head(count), stage_.leftCols(count), k.leftCols(count));
  }

  /// Section II.4, "starting step size": from the sizes of x, v and a difference of v.
  void choose_first_steps() {
    stage_ = x_;
    stage_t_ = t_;
    evaluate(active_, k_[0]);
    const double length = std::abs(end_ - t_(0));
    for (Index n = 0; n < active_; ++n) {
      const double d0 = scaled_norm(x_.col(n), n), d1 = scaled_norm(k_[0].col(n), n);
      if (!k_[0].col(n).allFinite()) non_finite_velocity(point_number(n), t_(n));
      const double guess = d0 < 1e-5 || d1 < 1e-5 ? 1e-6 : 0.01 * d0 / d1;
      h_(n) = direction_ * std::min(guess, length);
      stage_.col(n) += h_(n) * k_[0].col(n);
      stage_t_(n) = arrival(n);
    }
    evaluate(active_, k_[1]);
    for (Index n = 0; n < active_; ++n) {
      const double d1 = scaled_norm(k_[0].col(n), n), guess = std::abs(h_(n));
      const double d2 = scaled_norm((k_[1].col(n) - k_[0].col(n)).eval(), n) / guess;
      const double steepest = std::max(d1, d2);
      const double better =
          steepest <= 1e-15 ? std::max(1e-6, 1e-3 * guess) : std::pow(0.01 / steepest, exponent_);
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
    for (std::size_t i = 1; i < Steps; ++i) {
      for (Index n = 0; n < active_; ++n) set_stage(i, n, n);
      if (i + 1 == Steps) x_new_.leftCols(active_) = stage_.leftCols(active_);  // its weights are b
      evaluate(active_, k_[i]);
    }
  }

  /// Position and time of stage i of point n, as column `to` of the stage.
  void set_stage(std::size_t i, Index n, Index to) {
    const Tableau<Stages>& method = pair_.method;
    auto stage = stage_.col(to);
    stage = x_.col(n);
    for (std::size_t j = 0; j < i; ++j)
      if (method.a[i][j] != 0) stage += (h_(n) * method.a[i][j]) * k_[j].col(n);
    stage_t_(to) = method.c[i] == 1 ? arrival(n) : t_(n) + method.c[i] * h_(n);
  }

  /// The stages that only the interpolant needs, for points whose accepted step has an asked time inside.
  void evaluate_inside() {
    std::vector<Index> asked;
    for (Index n = 0; n < active_; ++n) {
      Point& point = points_[static_cast<std::size_t>(n)];
      if (!point.accepted || point.next_output + 1 >= run_.times.size()) continue;
      if (direction_ * (run_.times(point.next_output + 1) - arrival(n)) >= 0) continue;
      asked.push_back(n);
      point.evaluations += inside_cost;
    }
    const auto count = static_cast<Index>(asked.size());
    if (count == 0) return;
    Points k(x_.rows(), count);
    for (std::size_t i = Steps; i < Stages; ++i) {
      for (Index m = 0; m < count; ++m) set_stage(i, asked[static_cast<std::size_t>(m)], m);
      evaluate(count, k);
      for (Index m = 0; m < count; ++m) {
        const Index n = asked[static_cast<std::size_t>(m)];
        if (!k.col(m).allFinite()) non_finite_velocity(point_number(n), stage_t_(m));
        k_[i].col(n) = k.col(m);
      }
    }
  }

  /// Time at the end of the step, exactly the end for the last one.
  double arrival(Index n) const { return h_(n) == end_ - t_(n) ? end_ : t_(n) + h_(n); }

  /// The error of the attempted step of point n, and whether it will do.
  void estimate_error(Index n) {
    Point& point = points_[static_cast<std::size_t>(n)];
    point.evaluations += step_cost;
    std::array<double, Estimates> scaled{}, square{};  // sums of squares over the coordinates
    for (const Index d : moving_) {
      const double unit = tolerance(x_(d, n), x_new_(d, n));
      for (std::size_t e = 0; e < Estimates; ++e) {
        double difference = 0;
        for (std::size_t i = 0; i < Steps; ++i) difference += pair_.error[e][i] * k_[i](d, n);
        difference *= h_(n);
        square[e] += difference * difference;
        scaled[e] += std::pow(difference / unit, 2);
      }
    }
    point.error = std::sqrt(combined(scaled) / static_cast<double>(moving_.size()));
    point.error_size = std::sqrt(combined(square));
    // NaN is not accepted either.
    point.accepted = point.error <= 1 && x_new_.col(n).allFinite();
  }

  /// Square of the error from the squares of its estimates.
  static double combined(const std::array<double, Estimates>& square) {
    if (Estimates == 1 || square[0] == 0) return square[0];
    return square[0] / (1 + 0.01 * square[Estimates - 1] / square[0]);
  }

  /// Takes or refuses the step of point n and chooses its next one.
  void judge(Index n) {
    Point& point = points_[static_cast<std::size_t>(n)];
    const bool finite = std::isfinite(point.error) && x_new_.col(n).allFinite();
    if (point.accepted) {
      accept(n, point);
    } else {
      // NaN and infinity come here too, and a position that is neither although its error is small.
      h_(n) *= point.error > 1 && std::isfinite(point.error)
                   ? std::max(least_change, safety * std::pow(point.error, -exponent_))
                   : least_change;
      point.rejected = true;
    }
    if (!point.arrived) check_limits(n, point, finite);
  }

  /// The stabilised (PI) controller: exponents beta, and 1/order - 3/4 beta, with beta = 1 / (5 order), which
  /// is DOPRI5's choice at order 5.
  void accept(Index n, Point& point) {
    const double t_new = arrival(n);
    write_outputs(n, point, t_new);
    point.total_error += point.error_size;
    double change = point.error == 0 ? most_change
                                     : safety * std::pow(point.error, -(exponent_ - 0.75 * beta_)) *
                                           std::pow(point.last_error, beta_);
    change = std::clamp(change, least_change, point.rejected ? 1.0 : most_change);
    point.last_error = std::max(point.error, 1e-4);
    point.rejected = false;
    point.arrived = t_new == end_;
    t_(n) = t_new;
    x_.col(n) = x_new_.col(n);
    k_[0].col(n) = k_[Steps - 1].col(n);
    h_(n) *= change;
  }

  /// Positions at the asked times inside the accepted step by its interpolant, and at its end the step
  /// itself.
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
      const auto weights = interpolant_weights(pair_, (time - t_(n)) / h_(n));
      out = x_.col(n);
      for (std::size_t i = 0; i < Stages; ++i)
        if (weights[i] != 0) out += (h_(n) * weights[i]) * k_[i].col(n);
    }
  }

  /// Refuses to go on with too small a step, or after too many evaluations. `finite`: the last step was.
  void check_limits(Index n, const Point& point, bool finite) const {
    const auto where = [&] {
      return "point " + std::to_string(point_number(n) + 1) + " at t = " + shortest(t_(n));
    };
    if (point.evaluations + step_cost + inside_cost > control_.max_evaluations)
      throw numeric_error(
          "too-many-evaluations", where() + " has used " + std::to_string(point.evaluations) + " evaluations",
          std::string("allow more with ") + name_ + ":max_evaluations=N, or a larger rtol and atol");
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
  const StepControl& control_;
  const char* const name_;
  const Pair& pair_;
  const double exponent_;  // of the step in the error: 1 / order
  const double beta_;
  const double end_;
  const double direction_;
  std::vector<Index> moving_;  // rows that may move
  Index active_;               // points still on their way: the first columns of everything below
  std::vector<Point> points_;
  Points x_, x_new_, stage_;      // (D, n)
  std::array<Points, Stages> k_;  // (D, n) each; k_[0] is the velocity at x_
  Vector t_, stage_t_, h_;        // (n)
};

}  // namespace

void integrate(const Integration& run, const Bosh3& solver) {
  AdaptiveBlock(run, solver, solver.name, bosh3_tableau).solve();
}
void integrate(const Integration& run, const Dopri5& solver) {
  AdaptiveBlock(run, solver, solver.name, dopri5_tableau).solve();
}
void integrate(const Integration& run, const Tsit5& solver) {
  AdaptiveBlock(run, solver, solver.name, tsit5_tableau).solve();
}
void integrate(const Integration& run, const Dopri8& solver) {
  AdaptiveBlock(run, solver, solver.name, dopri8_tableau).solve();
}

}  // namespace fm
