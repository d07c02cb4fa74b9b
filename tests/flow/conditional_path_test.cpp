#include "flow/conditional_path.h"

#include <doctest/doctest.h>

#include <cmath>

#include "support/points.h"

using namespace fm;

TEST_CASE("bridge: at fixed noise the conditional velocity is the derivative of the path") {
  const BridgePath bridge{0.7};
  const Index count = 50;
  const Points x0 = normal_points(3, count, 1), x1 = normal_points(3, count, 2),
               z = normal_points(3, count, 3);
  const Vector t = Vector::LinSpaced(count, 0.05, 0.95);
  const auto place = [&](double shift) {
    Points x(3, count), targets(6, count);
    bridge_sample(bridge, (t.array() + shift).matrix(), x0, x1, z, x, targets);
    return x;
  };
  const double h = 1e-5;  // third derivatives of a root at .05 are some thousands
  Points u(3, count);
  bridge_velocity(t, place(0), x0, x1, u);
  CHECK((u - (place(h) - place(-h)) / (2 * h)).cwiseAbs().maxCoeff() < 1e-6);
  CHECK(error_of([&] { bridge_velocity(Vector::Zero(count), x0, x0, x1, u); }).id() == "time-domain");
}

TEST_CASE("bridge: it runs from x0 to x1, and its targets are displacement and noise") {
  const BridgePath bridge{0.7};
  const Points x0 = normal_points(2, 2, 1), x1 = normal_points(2, 2, 2), z = normal_points(2, 2, 3);
  Points x(2, 2), targets(4, 2);
  bridge_sample(bridge, Vector{{0, 1}}, x0, x1, z, x, targets);
  CHECK(x.col(0) == x0.col(0));
  CHECK(x.col(1) == x1.col(1));
  CHECK(targets.topRows(2) == Points(x1 - x0));
  CHECK(targets.bottomRows(2) == Points(0.7 * z));
}

TEST_CASE("conditional path: rows have bandwidths on adaptive paths alone") {
  const Points rows = normal_points(2, 30, 1);
  CHECK(path_bandwidths(AffinePath{}, rows, rows).size() == 0);
  CHECK(path_bandwidths(BridgePath{}, rows, rows).size() == 0);
  CHECK(path_bandwidths(AdaptivePath{}, rows, rows) == adaptive_bandwidths(AdaptivePath{}, rows, rows));
}

TEST_CASE("conditional path: bandwidths of a column are its numbers times the scale") {
  const Points rows = normal_points(2, 3, 1);
  AdaptivePath path;
  path.column = "h";
  path.scale = 2;
  CHECK(bandwidth_column(path) == "h");
  CHECK(bandwidth_column(AdaptivePath{}).empty());
  CHECK(bandwidth_column(AffinePath{}).empty());
  CHECK(path_bandwidths(path, rows, rows, Vector{{1, 2, 0.5}}) == Vector{{2, 4, 1}});
  CHECK(error_of([&] { path_bandwidths(path, rows, rows); }).id() == "bandwidth-column");
  path.neighbors = 5;
  CHECK(error_of([&] { bandwidth_column(path); }).id() == "bandwidth-twice");
}
