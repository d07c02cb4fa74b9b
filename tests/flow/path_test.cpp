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

TEST_CASE(
    "path: psi_0 is x0 and psi_1 is x1, bit for bit, where the path starts at the one and ends at the "
    "other") {
  for_each_member<Scheduler>([](const auto& scheduler) {
    CAPTURE(std::string(scheduler.name));
    Pairs pairs(1);
    path_sample(scheduler, Vector::Zero(101), pairs.x0, pairs.x1, pairs.xt, pairs.ut);
    const SchedulerValue start = scheduler_at(scheduler, 0), end = scheduler_at(scheduler, 1);
    if (start.alpha == 0)
      CHECK(pairs.xt == pairs.x0);
    else
      CHECK((pairs.xt - start.alpha * pairs.x1 - start.sigma * pairs.x0).cwiseAbs().maxCoeff() <=
            64 * epsilon * start.sigma);
    if (!scheduler_domain(scheduler).contains(1)) {
      const auto at_end = [&] {
        path_sample(scheduler, Vector::Ones(101), pairs.x0, pairs.x1, pairs.xt, pairs.ut);
      };
      CHECK(error_of(at_end).id() == "time-domain");
      return;
    }
    path_sample(scheduler, Vector::Ones(101), pairs.x0, pairs.x1, pairs.xt, pairs.ut);
    if (end.sigma == 0)
      CHECK(pairs.xt == pairs.x1);
    else
      CHECK((pairs.xt - pairs.x1 - end.sigma * pairs.x0).cwiseAbs().maxCoeff() <= 64 * epsilon);
  });
}

TEST_CASE("path: ut is the time derivative of psi_t") {
  for_each_member<Scheduler>([](const auto& scheduler) {
    CAPTURE(std::string(scheduler.name));
    Pairs pairs(0.99);
    pairs.t = pairs.t.array() + 0.005;
    Points before(3, 101), after(3, 101), unused(3, 101);
    path_sample(scheduler, pairs.t, pairs.x0, pairs.x1, pairs.xt, pairs.ut);
    const auto error = [&](double h) -> Eigen::ArrayXXd {
      path_sample(scheduler, pairs.t.array() - h, pairs.x0, pairs.x1, before, unused);
      path_sample(scheduler, pairs.t.array() + h, pairs.x0, pairs.x1, after, unused);
      return ((after - before) / (2 * h) - pairs.ut).array().abs();
    };
    // The error of a central difference grows fourfold from h to 2 h; rounding is 20 epsilon / h of x.
    constexpr double h = 1e-4;
    const Eigen::ArrayXXd near = error(h), far = error(2 * h);
    const double size = 1 + pairs.xt.cwiseAbs().maxCoeff();
    CHECK((near <= far / 3 + 20 * epsilon / h * size).all());
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
      // x_t is rounded to some 10 epsilon of its parts, and the rate d_sigma / sigma magnifies that.
      CHECK((u - pairs.ut).col(n).norm() < 50 * epsilon * (1 + s.sigma) * (1 - s.d_sigma / s.sigma));
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
    for (Index n = 0; n < 101; ++n) {
      const double sigma = scheduler_at(scheduler, pairs.t(n)).sigma;
      CHECK((x0 - pairs.x0).col(n).norm() < 50 * epsilon * (1 + sigma) / sigma);
    }
  });
}

TEST_CASE("path: where no noise is left there is neither a conditional velocity nor an inverse") {
  for_each_member<Scheduler>([](const auto& scheduler) {
    CAPTURE(std::string(scheduler.name));
    const Points x = normal_points(2, 3, 1);
    const Vector t = Vector::LinSpaced(3, 0, 1);
    Points out(2, 3);
    if (scheduler_at(scheduler, 1).sigma > 0) {
      conditional_velocity(scheduler, t, x, x, out);
      CHECK(out.allFinite());
      inverse_flow(scheduler, t, x, x, out);
      CHECK(out.allFinite());
      return;
    }
    const Error velocity = error_of([&] { conditional_velocity(scheduler, t, x, x, out); });
    CHECK(velocity.id() == "time-domain");
    CHECK(velocity.kind() == ErrorKind::numeric);
    CHECK(std::string(velocity.what()).find("t = 1 ") != std::string::npos);
    CHECK(error_of([&] { inverse_flow(scheduler, t, x, x, out); }).id() == "time-domain");
  });
}
