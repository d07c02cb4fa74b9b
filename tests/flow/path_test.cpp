#include "flow/path.h"

#include <doctest/doctest.h>

#include <limits>

#include "core/value.h"
#include "support/points.h"

using namespace fm;

namespace {

constexpr double epsilon = std::numeric_limits<double>::epsilon();

/// Pairs with a time each, from 0 to `last`.
struct Pairs {
  explicit Pairs(double last) : t(Vector::LinSpaced(101, 0, last)) {}
  Points x0 = normal_points(3, 101, 1), x1 = 2 * normal_points(3, 101, 2);
  Vector t;
  Points xt = Points(3, 101), ut = Points(3, 101);
};

}  // namespace

TEST_CASE("path: psi_0 is x0 and psi_1 is x1, bit for bit") {
  for_each_member<Scheduler>([](const auto& scheduler) {
    CAPTURE(std::string(scheduler.name));
    Pairs pairs(1);
    path_sample(scheduler, Vector::Zero(101), pairs.x0, pairs.x1, pairs.xt, pairs.ut);
    CHECK(pairs.xt == pairs.x0);
    path_sample(scheduler, Vector::Ones(101), pairs.x0, pairs.x1, pairs.xt, pairs.ut);
    CHECK(pairs.xt == pairs.x1);
  });
}

TEST_CASE("path: ut is the time derivative of psi_t") {
  for_each_member<Scheduler>([](const auto& scheduler) {
    CAPTURE(std::string(scheduler.name));
    Pairs pairs(0.99);
    pairs.t = pairs.t.array() + 0.005;
    constexpr double h = 1e-4;
    Points before(3, 101), after(3, 101), unused(3, 101);
    path_sample(scheduler, pairs.t, pairs.x0, pairs.x1, pairs.xt, pairs.ut);
    path_sample(scheduler, pairs.t.array() - h, pairs.x0, pairs.x1, before, unused);
    path_sample(scheduler, pairs.t.array() + h, pairs.x0, pairs.x1, after, unused);
    // Third derivatives are at most 6 (|x0| + |x1|) < 100: error below 100 h^2 / 6 + rounding.
    CHECK(((after - before) / (2 * h) - pairs.ut).cwiseAbs().maxCoeff() < 100 * h * h / 6 + 20 * epsilon / h);
  });
}

TEST_CASE("path: the conditional velocity at psi_t(x0 | x1) is the regression target") {
  for_each_member<Scheduler>([](const auto& scheduler) {
    CAPTURE(std::string(scheduler.name));
    Pairs pairs(0.999);
    Points u(3, 101);
    path_sample(scheduler, pairs.t, pairs.x0, pairs.x1, pairs.xt, pairs.ut);
    conditional_velocity(scheduler, pairs.t, pairs.xt, pairs.x1, u);
    for (Index n = 0; n < 101; ++n) {
      const SchedulerValue s = scheduler_at(scheduler, pairs.t(n));
      // x_t is rounded to some 10 epsilon, and the rate d_sigma / sigma magnifies that.
      CHECK((u - pairs.ut).col(n).norm() < 50 * epsilon * (1 - s.d_sigma / s.sigma));
    }
  });
}

TEST_CASE("path: inverse_flow inverts the flow") {
  for_each_member<Scheduler>([](const auto& scheduler) {
    CAPTURE(std::string(scheduler.name));
    Pairs pairs(0.999);
    Points x0(3, 101);
    path_sample(scheduler, pairs.t, pairs.x0, pairs.x1, pairs.xt, pairs.ut);
    inverse_flow(scheduler, pairs.t, pairs.xt, pairs.x1, x0);
    for (Index n = 0; n < 101; ++n)
      CHECK((x0 - pairs.x0).col(n).norm() < 50 * epsilon / scheduler_at(scheduler, pairs.t(n)).sigma);
  });
}

TEST_CASE("path: at t = 1 there is neither a conditional velocity nor an inverse") {
  for_each_member<Scheduler>([](const auto& scheduler) {
    CAPTURE(std::string(scheduler.name));
    const Points x = normal_points(2, 3, 1);
    const Vector t = Vector::LinSpaced(3, 0, 1);
    Points out(2, 3);
    const Error velocity = error_of([&] { conditional_velocity(scheduler, t, x, x, out); });
    CHECK(velocity.id() == "time-domain");
    CHECK(velocity.kind() == ErrorKind::numeric);
    CHECK(std::string(velocity.what()).find("t = 1 ") != std::string::npos);
    CHECK(error_of([&] { inverse_flow(scheduler, t, x, x, out); }).id() == "time-domain");
  });
}
