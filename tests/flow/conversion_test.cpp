#include "flow/conversion.h"

#include <doctest/doctest.h>

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

/// Calls visit(value) for every member at times strictly inside.
template <class Visitor>
void for_each_time(const Visitor& visit) {
  for_each_member<Scheduler>([&](const auto& scheduler) {
    CAPTURE(std::string(scheduler.name));
    for (const double t : {1e-3, 0.1, 0.3, 0.5, 0.8, 0.99, 0.9999}) {
      CAPTURE(t);
      visit(scheduler_at(scheduler, t));
    }
  });
}

}  // namespace

TEST_CASE("conversion: each form follows from each other one") {
  for_each_time([](const SchedulerValue& s) {
    const Knowledge k(s);
    // Numbers are below 4; each formula magnifies their rounding by 1 over what it divides by.
    const double at_target = 32 * epsilon * (1 + s.d_alpha) / s.sigma,
                 at_source = 32 * epsilon * (1 + s.d_alpha) / s.alpha;
    CHECK((velocity_from_x1(s, k.x, k.xh1) - k.u).norm() < at_target);
    CHECK((velocity_from_x0(s, k.x, k.xh0) - k.u).norm() < at_source);
    CHECK((x1_from_velocity(s, k.x, k.u) - k.xh1).norm() < 32 * epsilon * (1 + 1 / s.d_alpha));
    CHECK((x0_from_velocity(s, k.x, k.u) - k.xh0).norm() < 32 * epsilon * (1 + 1 / s.d_alpha));
  });
}

TEST_CASE("conversion: there and back again changes nothing") {
  for_each_time([](const SchedulerValue& s) {
    const Knowledge k(s);
    const double bound = 100 * epsilon * (1 + s.d_alpha) * (1 + 1 / s.d_alpha) / (s.alpha * s.sigma);
    CHECK((x1_from_velocity(s, k.x, velocity_from_x1(s, k.x, k.xh1)) - k.xh1).norm() < bound);
    CHECK((x0_from_velocity(s, k.x, velocity_from_x0(s, k.x, k.xh0)) - k.xh0).norm() < bound);
    CHECK((velocity_from_x1(s, k.x, x1_from_velocity(s, k.x, k.u)) - k.u).norm() < bound);
    CHECK((velocity_from_x0(s, k.x, x0_from_velocity(s, k.x, k.u)) - k.u).norm() < bound);
  });
}

TEST_CASE("conversion: at t = 0 x is x0, at t = 1 it is x1, whatever the velocity") {
  for_each_member<Scheduler>([](const auto& scheduler) {
    CAPTURE(std::string(scheduler.name));
    const SchedulerValue start = scheduler_at(scheduler, 0), end = scheduler_at(scheduler, 1);
    const Knowledge at_start(start), at_end(end);
    CHECK(x0_from_velocity(start, at_start.x, at_start.u) == at_start.x);
    CHECK((x1_from_velocity(end, at_end.x, at_end.u) - at_end.x).norm() < 4 * epsilon);
    CHECK((velocity_from_x1(start, at_start.x, at_start.xh1) - at_start.u).norm() < 32 * epsilon);
    CHECK((velocity_from_x0(end, at_end.x, at_end.xh0) - at_end.u).norm() < 32 * epsilon);
  });
}

TEST_CASE(
    "conversion: where a prediction does not determine the velocity, or the velocity no prediction, it says "
    "so") {
  for_each_member<Scheduler>([](const auto& scheduler) {
    CAPTURE(std::string(scheduler.name));
    const SchedulerValue start = scheduler_at(scheduler, 0), end = scheduler_at(scheduler, 1);
    const Vector x = Vector::Ones(2);
    CHECK(error_of([&] { velocity_from_x1(end, x, x); }).id() == "conversion");
    CHECK(error_of([&] { velocity_from_x0(start, x, x); }).id() == "conversion");
  });
  const SchedulerValue resting = scheduler_at(Polynomial{3}, 0);
  const Vector x = Vector::Ones(2);
  CHECK(error_of([&] { x1_from_velocity(resting, x, x); }).id() == "conversion");
}
