#include "flow/path_start.h"

#include <doctest/doctest.h>

#include "core/value.h"
#include "support/points.h"

using namespace fm;

TEST_CASE(
    "path start: among affine guesses of where pairs start it has the least error, and none without target") {
  const Points x0 = normal_points(2, 400, 1);
  const Points x1 = 0.5 * x0.array().cube() + normal_points(2, 400, 2).array() + 2;
  const Moments moments = pair_moments(x0, x1);
  for_each_member<Scheduler>([&](const auto& scheduler) {
    CAPTURE(std::string(scheduler.name));
    const SchedulerValue s = scheduler_at(scheduler, 0);
    const PathStart start = path_start(moments, scheduler);
    Points x = x0;
    leave_source(start, x);
    // Least squares: the error has mean 0 and is uncorrelated with x0.
    const Points error = s.alpha * x1 + s.sigma * x0 - x;
    CHECK(error.rowwise().mean().norm() < 1e-12 * s.sigma);
    CHECK((error * x0.transpose()).norm() < 1e-10 * s.sigma);
    if (s.alpha == 0) CHECK(same_bits(x, x0));
    return_to_source(start, x);
    CHECK((x - x0).norm() < 1e-12);
  });
}

TEST_CASE("path start: a point has the same bits whatever stands beside it") {
  const Points x0 = normal_points(5, 40, 1), x1 = normal_points(5, 40, 2) + x0;
  const PathStart start = path_start(pair_moments(x0, x1), Ve{});
  Points all = x0;
  leave_source(start, all);
  for (Index n = 0; n < 40; ++n) {
    Points alone = x0.col(n);
    leave_source(start, alone);
    CHECK(same_bits(alone, all.col(n)));
  }
}
