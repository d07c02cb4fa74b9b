#include "flow/adaptive_path.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "core/value.h"
#include "support/points.h"

using namespace fm;

TEST_CASE("adaptive path: a bandwidth is the distance to the K-th nearest other row over sqrt(D)") {
  const Points rows = normal_points(3, 700, 1),
               x = normal_points(3, 90, 2);  // more than a block, than a chunk
  const auto slow = [&](const Points& points, Index n, std::size_t neighbors) {
    std::vector<double> distances;
    for (Index i = 0; i < rows.cols(); ++i)
      if (points.col(n) != rows.col(i)) distances.push_back((points.col(n) - rows.col(i)).norm());
    std::sort(distances.begin(), distances.end());
    return distances[neighbors - 1];
  };
  for (const std::int64_t neighbors : {1, 7, 699}) {
    CAPTURE(neighbors);
    const AdaptivePath path{.neighbors = neighbors, .scale = 0.5};
    const Vector of_rows = adaptive_bandwidths(path, rows, rows),
                 of_others = adaptive_bandwidths(path, x, rows);
    for (Index n = 0; n < rows.cols(); ++n)
      REQUIRE(of_rows(n) == doctest::Approx(slow(rows, n, neighbors) / 2 / std::sqrt(3)).epsilon(1e-14));
    for (Index n = 0; n < x.cols(); ++n)
      REQUIRE(of_others(n) == doctest::Approx(slow(x, n, neighbors) / 2 / std::sqrt(3)).epsilon(1e-14));
  }
}

TEST_CASE("adaptive path: duplicates are not neighbors, and too few others are an error that says how many") {
  const Points rows{{0, 0, 0, 0, 3, 10}};
  const Vector h = adaptive_bandwidths({.neighbors = 1}, rows, rows);
  CHECK(h == Vector{{3, 3, 3, 3, 3, 7}});
  CHECK(adaptive_bandwidths({.neighbors = 2}, rows, rows) == Vector{{10, 10, 10, 10, 3, 10}});
  const Error error = error_of([&] { adaptive_bandwidths({.neighbors = 3}, rows, rows); });
  CHECK(error.id() == "adaptive-neighbors");
  CHECK(error.hint() == "try --path adaptive:neighbors=2");
  // The hint counts for all rows, not for the first that lacks one.
  const Points uneven{{0, 1, 2, 2, 2}};
  const Error first = error_of([&] { adaptive_bandwidths({.neighbors = 5}, uneven, uneven); });
  CHECK(first.hint() == "try --path adaptive:neighbors=2");
  CHECK(adaptive_bandwidths({.neighbors = 2}, uneven, uneven).minCoeff() > 0);
  CHECK(error_of([&] { adaptive_bandwidths({}, Points::Ones(2, 9), Points::Ones(2, 9)); }).hint().empty());
}

TEST_CASE("adaptive path: bandwidths have the same bits for any number of threads") {
  const Points rows = normal_points(5, 1000, 1);
  const Vector alone = adaptive_bandwidths({}, rows, rows);
  const ThreadsFor scope(3);
  CHECK(same_bits(adaptive_bandwidths({}, rows, rows), alone));
}

TEST_CASE(
    "adaptive path: schedulers take bandwidths if they lead from x0 itself to x1 itself at finite speed") {
  for_each_member<Scheduler>([](const auto& scheduler) {
    CAPTURE(std::string(scheduler.name));
    const std::string name = scheduler.name;
    const bool takes = name == "cond-ot" || name == "polynomial" || name == "cosine";
    CHECK(takes_bandwidths(scheduler) == takes);
    CHECK((error_of([&] { check_adaptive_scheduler(scheduler); }).id() == "adaptive-scheduler") == !takes);
  });
}
