#include "flow/conversion.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "core/value.h"
#include "support/points.h"

using namespace fm;

namespace {

constexpr double epsilon = std::numeric_limits<double>::epsilon();

/// What a field knows at one x, made from predictions typed by hand.
struct Knowledge {
  explicit Knowledge(const SchedulerValue& s)
      : xh0{{0.5, -1.25, 2}},
        xh1{{-3, 0.75, 1}},
        x(s.alpha * xh1 + s.sigma * xh0),
        u(s.d_alpha * xh1 + s.d_sigma * xh0) {}
  Vector xh0, xh1, x, u;
};

/// Calls visit(scheduler, t, value) for every member at times strictly inside.
template <class Visitor>
void for_each_time(const Visitor& visit) {
  for_each_member<Scheduler>([&](const auto& scheduler) {
    CAPTURE(std::string(scheduler.name));
    for (const double t : {1e-3, 0.1, 0.3, 0.5, 0.8, 0.99, 0.9999}) {
      CAPTURE(t);
      visit(Scheduler(scheduler), t, scheduler_at(scheduler, t));
    }
  });
}

/// Rounding of a x + b y.
double rounding(double a, const Vector& x, double b, const Vector& y) {
  return 16 * epsilon * (std::abs(a) * x.norm() + std::abs(b) * y.norm());
}

/// The Gaussian target N(m, v) in one dimension with a source N(0, 1) independent of it, in long double: all
/// is known. x_t is N(alpha m, alpha^2 v + sigma^2), the pair is Gaussian, and regression is linear.
struct Gaussian {
  long double m = 1.5L, v = 0.49L;

  struct Truth {
    Vector x, u, xh1, xh0, score;
  };
  Truth at(const SchedulerValue& s, double x) const {
    const long double a = s.alpha, b = s.sigma, variance = a * a * v + b * b, offset = x - a * m;
    const long double xh1 = m + a * v / variance * offset, xh0 = b / variance * offset,
                      score = -offset / variance;
    const auto vector = [](long double value) { return Vector{{static_cast<double>(value)}}; };
    return {vector(x), vector(s.d_alpha * xh1 + s.d_sigma * xh0), vector(xh1), vector(xh0), vector(score)};
  }
};

/// Relative error.
double error_in(const Vector& value, const Vector& wanted) {
  return (value - wanted).norm() / (1 + wanted.norm());
}

}  // namespace

TEST_CASE("conversion: velocity and predictions follow from each other") {
  for_each_time([](const Scheduler&, double, const SchedulerValue& s) {
    const Knowledge k(s);
    const double rate1 = s.d_sigma / s.sigma, rate0 = s.d_alpha / s.alpha;
    CHECK((velocity_from_x1(s, k.x, k.xh1) - k.u).norm() <=
          rounding(rate1, k.x, s.d_alpha - s.alpha * rate1, k.xh1));
    CHECK((velocity_from_x0(s, k.x, k.xh0) - k.u).norm() <=
          rounding(rate0, k.x, s.d_sigma - s.sigma * rate0, k.xh0));
    const double determinant = s.d_alpha * s.sigma - s.d_sigma * s.alpha;
    CHECK((x1_from_velocity(s, k.x, k.u) - k.xh1).norm() <=
          rounding(s.sigma, k.u, s.d_sigma, k.x) / determinant);
    CHECK((x0_from_velocity(s, k.x, k.u) - k.xh0).norm() <=
          rounding(s.d_alpha, k.x, s.alpha, k.u) / determinant);
    CHECK((x1_from_x0(s, k.x, k.xh0) - k.xh1).norm() <= rounding(1, k.x, s.sigma, k.xh0) / s.alpha);
    CHECK((x0_from_x1(s, k.x, k.xh1) - k.xh0).norm() <= rounding(1, k.x, s.alpha, k.xh1) / s.sigma);
  });
}

TEST_CASE("conversion: all forms of the closed Gaussian field follow from each other, in long double") {
  const Gaussian gaussian;
  for_each_time([&](const Scheduler& scheduler, double t, const SchedulerValue& s) {
    for (const double x : {-2.0, 0.3, 1.6}) {
      CAPTURE(x);
      const Gaussian::Truth g = gaussian.at(s, x);
      // Rounding of x in units of the noise, and of the score in units of the signal.
      const double noise = 64 * epsilon * (1 + s.sigma) / s.sigma,
                   signal = 64 * epsilon * (1 + s.sigma * s.sigma) / s.alpha;
      const double speed = (1 + s.d_alpha - s.d_sigma) / (s.d_alpha * s.sigma - s.d_sigma * s.alpha);
      CHECK(error_in(velocity_from_x1(s, g.x, g.xh1), g.u) < noise * (1 + s.d_alpha - s.d_sigma));
      CHECK(error_in(velocity_from_x0(s, g.x, g.xh0), g.u) < signal * (1 + s.d_alpha - s.d_sigma));
      CHECK(error_in(velocity_from_score(scheduler, t, g.x, g.score), g.u) <
            signal * (1 + s.d_alpha - s.d_sigma));
      CHECK(error_in(x1_from_velocity(s, g.x, g.u), g.xh1) <
            64 * epsilon * (1 + s.sigma) * speed * (1 + g.u.norm()));
      CHECK(error_in(x0_from_velocity(s, g.x, g.u), g.xh0) < 64 * epsilon * speed * (1 + g.u.norm()));
      CHECK(error_in(score_from_velocity(scheduler, t, g.x, g.u), g.score) <
            noise * speed * (1 + g.u.norm()));
      CHECK(error_in(x1_from_x0(s, g.x, g.xh0), g.xh1) < signal);
      CHECK(error_in(x1_from_score(s, g.x, g.score), g.xh1) < signal);
      CHECK(error_in(x0_from_x1(s, g.x, g.xh1), g.xh0) < noise);
      CHECK(error_in(x0_from_score(s, g.score), g.xh0) < noise);
      CHECK(error_in(score_from_x1(s, g.x, g.xh1), g.score) < noise / s.sigma);
      CHECK(error_in(score_from_x0(s, g.xh0), g.score) < noise);
    }
  });
}

TEST_CASE("conversion: at t = 0 and t = 1 every form has its limit, or an error says that it has none") {
  // The limit is the conversion of the closed Gaussian field at a time so close that its own truth is the
  // limit's to 1e-4; what has no limit is refused there.
  const Gaussian gaussian;
  for_each_member<Scheduler>([&](const auto& member) {
    CAPTURE(std::string(member.name));
    const Scheduler scheduler = member;
    for (const double end : {0.0, 1.0}) {
      CAPTURE(end);
      const SchedulerValue s = scheduler_at(scheduler, end);
      const double near = end == 0 ? 1e-6 : 1 - 1e-6;
      const SchedulerValue close = scheduler_at(scheduler, near);
      const Gaussian::Truth g = gaussian.at(close, 0.8);
      const auto limit = [&](const Vector& value, const Vector& wanted) {
        CHECK(error_in(value, wanted) < 3e-3);  // twice the noise of linear-vp there, the largest of all
      };
      const auto refused = [&](const auto& call) { CHECK(error_of(call).id() == "conversion"); };
      const bool moves = s.d_alpha * s.sigma - s.d_sigma * s.alpha != 0;
      if (s.sigma > 0) {
        limit(velocity_from_x1(s, g.x, g.xh1), g.u);
        limit(x0_from_x1(s, g.x, g.xh1), g.xh0);
        limit(x0_from_score(s, g.score), g.xh0);
        if (s.sigma > 0.1) limit(score_from_x1(s, g.x, g.xh1), g.score);
        limit(score_from_x0(s, g.xh0), g.score);
      } else {
        refused([&] { velocity_from_x1(s, g.x, g.xh1); });
        refused([&] { x0_from_x1(s, g.x, g.xh1); });
        refused([&] { score_from_x1(s, g.x, g.xh1); });
        refused([&] { score_from_x0(s, g.xh0); });
        CHECK(x0_from_score(s, g.score).norm() == 0);
      }
      if (s.alpha > 0) {
        limit(x1_from_x0(s, g.x, g.xh0), g.xh1);
        limit(x1_from_score(s, g.x, g.score), g.xh1);
        limit(velocity_from_score(scheduler, end, g.x, g.score), g.u);
        if (std::isfinite(s.d_sigma))
          limit(velocity_from_x0(s, g.x, g.xh0), g.u);
        else
          refused([&] { velocity_from_x0(s, g.x, g.xh0); });
      } else {
        refused([&] { x1_from_x0(s, g.x, g.xh0); });
        refused([&] { x1_from_score(s, g.x, g.score); });
        refused([&] { velocity_from_x0(s, g.x, g.xh0); });
        refused([&] { velocity_from_score(scheduler, end, g.x, g.score); });
      }
      if (moves || s.alpha == 0) limit(x0_from_velocity(s, g.x, g.u), g.xh0);
      if (moves)
        limit(x1_from_velocity(s, g.x, g.u), g.xh1);
      else if (s.sigma > 0)
        refused([&] { x1_from_velocity(s, g.x, g.u); });
      if (s.alpha == 0 || s.d_alpha * s.sigma * s.sigma != s.alpha * noise_rate(scheduler, end))
        limit(score_from_velocity(scheduler, end, g.x, g.u), g.score);
      else
        refused([&] { score_from_velocity(scheduler, end, g.x, g.u); });
    }
  });
}

TEST_CASE(
    "conversion: at the ends x itself is the prediction, whatever the velocity, where only one point is "
    "left") {
  const Vector x{{0.8, -2}}, any{{7, 9}};
  CHECK(x0_from_velocity(scheduler_at(Polynomial{3}, 0), x, any) == x);
  CHECK(x1_from_velocity(scheduler_at(CondOt{}, 1), x, any) == x);
  CHECK(x1_from_velocity(scheduler_at(Vp{}, 1), x, any) == x);
  CHECK(x1_from_velocity(scheduler_at(LinearVp{}, 1), x, any) == x);
  CHECK(score_from_velocity(CondOt{}, 0, x, any) == -x);
}
