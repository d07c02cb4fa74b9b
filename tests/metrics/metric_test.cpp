#include "metrics/metric.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <type_traits>

#include "core/error.h"
#include "core/parallel.h"
#include "core/random.h"
#include "core/value.h"
#include "metrics/energy.h"
#include "metrics/sliced.h"
#include "ot/assignment.h"
#include "ot/one_dimensional.h"
#include "support/points.h"
#include "support/reference_clouds.h"

using namespace fm;

namespace {

double mean_between(const Points& x, const Points& y) {
  double sum = 0;
  for (Index i = 0; i < x.cols(); ++i)
    for (Index j = 0; j < y.cols(); ++j) sum += (x.col(i) - y.col(j)).norm();
  return sum / static_cast<double>(x.cols() * y.cols());
}

double mean_inside(const Points& x) {
  return mean_between(x, x) * static_cast<double>(x.cols()) / static_cast<double>(x.cols() - 1);
}

/// The slow twin.
double energy_by_definition(const Points& x, const Points& y) {
  return 2 * mean_between(x, y) - mean_inside(x) - mean_inside(y);
}

std::string distance_error(const Metric& metric, const Points& x, const Points& y) {
  try {
    distance(metric, x, y, 0);
  } catch (const Error& error) {
    return error.id();
  }
  return "none";
}

}  // namespace

TEST_CASE("metrics: scipy and POT on 40 and 25 points (tests/peers/transport_reference.py)") {
  const Points x = reference_cloud(3, 40, 7), y = reference_cloud(3, 40, 8, 1.2, 0.1),
               z = reference_cloud(3, 25, 9, 0.9, 0.2);
  const auto is = [](double value) { return doctest::Approx(value).epsilon(1e-11); };
  CHECK(distance(W2{}, x, y, 0) == is(0.5187575274719618));
  CHECK(distance(Energy{}, x, y, 0) == is(0.18630431926394897));
  CHECK(distance(Energy{}, x, z, 0) == is(0.076873219612139443));
  const Points directions = reference_cloud(3, 20, 10, 2.0, -1.0).colwise().normalized();
  CHECK(sliced_w2(x, y, directions) == is(0.27900593213895908));
  CHECK(sliced_w2(x, z, directions) == is(0.19643448850170009));
}

TEST_CASE("metrics: every member is invariant to shifts of both clouds and scales as it says") {
  const Points x = normal_points(3, 60, 1), y = 1.5 * normal_points(3, 60, 2);
  // Sums of eighths are exact, so that no neighbour changes its place.
  const Points grid_x = (8 * x).array().round() / 8, grid_y = (8 * y).array().round() / 8;
  const Vector shift = Vector::LinSpaced(3, -2, 5).array().round();
  for_each_member<Metric>([&](const auto& metric) {
    CAPTURE(metric.name);
    const double value = distance(metric, grid_x, grid_y, 3);
    CHECK(value > 0);
    CHECK(distance(metric, grid_x.colwise() + shift, grid_y.colwise() + shift, 3) ==
          doctest::Approx(value).epsilon(1e-12));
    const double scaled = metric.traits().power_of_unit == 1 ? 8 * value : value;
    CHECK(distance(metric, 8 * grid_x, 8 * grid_y, 3) == doctest::Approx(scaled).epsilon(1e-12));
  });
}

TEST_CASE(
    "metrics: distances and the vote of neighbours are symmetric, and precision is recall turned round") {
  const Points x = normal_points(3, 60, 1), y = 1.5 * normal_points(3, 60, 2);
  for (const Metric& metric :
       {Metric(Energy{}), Metric(SlicedW2{}), Metric(W2{}), Metric(W1{}), Metric(Mmd{MmdKernel::laplace, 2}),
        Metric(Mmd{MmdKernel::imq, 1}), Metric(C2stKnn{})})
    CHECK(distance(metric, y, x, 3) == doctest::Approx(distance(metric, x, y, 3)).epsilon(1e-12));
  // Which side is updated first differs by what sinkhorn_tolerance leaves, squared: the dual objective is
  // flat at its maximum.
  CHECK(distance(SinkhornW2{}, y, x, 3) == doctest::Approx(distance(SinkhornW2{}, x, y, 3)).epsilon(1e-8));
  CHECK(distance(Precision{}, x, y, 0) == distance(Recall{}, y, x, 0));
  for (const Metric& metric : {Metric(Energy{}), Metric(SlicedW2{}), Metric(W2{}), Metric(W1{})})
    CHECK(distance(metric, x, x, 3) <= 1e-12);  // energy: below 0, since a point is at 0 from itself between
}

TEST_CASE("metrics: every member without a start of its own does not see the order of points") {
  const Points x = normal_points(3, 60, 1), y = 1.3 * normal_points(3, 60, 2);
  for_each_member<Metric>([&](auto metric) {
    using Member = decltype(metric);
    if constexpr (std::is_same_v<Member, C2stNetwork> || std::is_same_v<Member, C2stLinear>) return;
    CAPTURE(metric.name);
    CHECK(distance(metric, x.rowwise().reverse(), y.rowwise().reverse(), 3) ==
          doctest::Approx(distance(metric, x, y, 3)).epsilon(1e-11));
  });
}

TEST_CASE("metrics: every member finds for many divisions what it finds for each") {
  const Points points = 2 * normal_points(2, 120, 4);
  Points labels = Points::Zero(120, 3);
  for (Index p = 0; p < 3; ++p) {
    const auto order = random_permutation(Draws(5, Purpose::test, static_cast<std::uint64_t>(p)), 120);
    for (std::size_t n = 0; n < 60; ++n) labels(p == 0 ? static_cast<Index>(n) : order[n], p) = 1;
  }
  for_each_member<Metric>([&](const auto& metric) {
    CAPTURE(metric.name);
    // Folds of points belong to places, so that only a division by place has them.
    const Index divisions = std::is_same_v<std::decay_t<decltype(metric)>, C2stLinear> ? 1 : 3;
    const Vector values = distances(metric, points, labels, 6);
    for (Index p = 0; p < divisions; ++p) {
      Points x(2, 60), y(2, 60);
      for (Index n = 0, i = 0, j = 0; n < 120; ++n)
        (labels(n, p) == 1 ? x.col(i++) : y.col(j++)) = points.col(n);
      Metric plain = metric;
      if (auto* const mmd = std::get_if<Mmd>(&plain)) mmd->bandwidth = median_distance(points, 6);
      CHECK(distance(plain, x, y, 6) == doctest::Approx(values[p]).epsilon(1e-11));
    }
  });
}

TEST_CASE("metrics: every member gives the same bytes for 1, 2 and 3 threads") {
  const Points x = normal_points(4, 700, 1), y = normal_points(4, 700, 2);
  for_each_member<Metric>([&](const auto& metric) {
    CAPTURE(metric.name);
    const double value = distance(metric, x, y, 3);
    for (const int count : {2, 3}) {
      set_threads(count);
      CHECK(distance(metric, x, y, 3) == value);
    }
    set_threads(1);
  });
}

TEST_CASE("energy: equals its definition for unequal sizes over several blocks") {
  for (const auto& [n, m] : {std::pair{2, 2}, {2, 130}, {128, 128}, {300, 57}, {129, 400}}) {
    const Points x = normal_points(2, n, 5), y = normal_points(2, m, 6);
    CHECK(distance(Energy{}, x, y, 0) == doctest::Approx(energy_by_definition(x, y)).epsilon(1e-11));
  }
}

TEST_CASE("energy: each column of labels divides the points as it says") {
  const Points points = normal_points(3, 270, 7);
  Eigen::MatrixXd labels = Eigen::MatrixXd::Zero(270, 4);
  for (Index p = 0; p < 4; ++p) {
    Draws draws(8, Purpose::test, static_cast<std::uint64_t>(p));
    for (Index n = 0; n < 270; ++n) labels(n, p) = static_cast<double>(draws.below(2));
  }
  const Vector energies = distances(Energy{}, points, labels, 0);
  for (Index p = 0; p < 4; ++p) {
    const auto ones = static_cast<Index>(labels.col(p).sum());
    Points x(3, ones), y(3, 270 - ones);
    for (Index n = 0, i = 0, j = 0; n < 270; ++n)
      (labels(n, p) == 1 ? x.col(i++) : y.col(j++)) = points.col(n);
    CHECK(energies[p] == doctest::Approx(energy_by_definition(x, y)).epsilon(1e-11));
  }
}

TEST_CASE("sliced-w2: in one dimension it is W2") {
  const Points x = reference_cloud(1, 50, 1), y = reference_cloud(1, 30, 2, 2);
  CHECK(distance(SlicedW2{}, x, y, 0) ==
        doctest::Approx(wasserstein_1d(x.row(0).transpose(), y.row(0).transpose(), 2)).epsilon(1e-13));
}

TEST_CASE("sliced-w2: directions are unit vectors, uniform, and the first of more are those of fewer") {
  const Index count = 20000;
  const Points directions = random_directions(3, count, 4);
  CHECK((directions.colwise().norm().array() - 1).abs().maxCoeff() < 1e-15 * 4);
  // Coordinates have mean 0 and variance 1/3; 5 standard errors, a false alarm in 10^6.
  CHECK(directions.rowwise().mean().cwiseAbs().maxCoeff() <
        5 * std::sqrt(1.0 / 3 / static_cast<double>(count)));
  CHECK(random_directions(3, 7, 4) == directions.leftCols(7));
  CHECK(distance(parse_family<Metric>("sliced-w2:directions=7"), Points::Ones(3, 2), Points::Zero(3, 2), 4) ==
        doctest::Approx(std::sqrt((Vector::Ones(3).transpose() * directions.leftCols(7)).squaredNorm() / 7)));
}

TEST_CASE("w2, sliced-w2: shifted normal clouds are as far apart as the shift") {
  // W2(N(0, I), N(m, I)) = |m|. The empirical distance lies within the sum of both clouds' distances from
  // their law, each of which is about the distance of two independent clouds of that law.
  const Points x = normal_points(2, 1000, 1), same = normal_points(2, 1000, 2),
               other = normal_points(2, 1000, 3);
  const Points shifted = other.colwise() + Vector::Constant(2, 3.0);
  const double length = std::sqrt(18.0);
  CHECK(std::abs(distance(W2{}, x, shifted, 0) - length) <= 2 * distance(W2{}, x, same, 0));
  // The mean over directions of the squared projection of m is |m|^2 / 2 with relative standard error
  // sqrt(1/2 / K).
  const double expected = length / std::sqrt(2.0), noise = distance(SlicedW2{}, x, same, 0);
  CHECK(std::abs(distance(SlicedW2{1000}, x, shifted, 5) - expected) <=
        2 * noise + 5 * 0.5 * expected * std::sqrt(0.5 / 1000));
}

TEST_CASE("w2: the line's assignment is its sorting") {
  const Points x = normal_points(1, 400, 1), y = normal_points(1, 400, 2);
  CHECK(distance(W2{}, x, y, 0) ==
        doctest::Approx(wasserstein_1d(x.row(0).transpose(), y.row(0).transpose(), 2)).epsilon(1e-12));
}

TEST_CASE("w1: translates of one cloud are as far apart as the shift, and other sizes need no weights") {
  const Points x = normal_points(3, 50, 1), shifted = x.colwise() + Vector::Constant(3, 2.0);
  CHECK(distance(W1{}, x, shifted, 0) == doctest::Approx(std::sqrt(12.0)).epsilon(1e-12));
  Points twice(3, 100);
  twice << x, x;
  CHECK(distance(W1{}, x, twice, 0) <= 1e-12);
  CHECK(distance(W1{}, normal_points(3, 30, 4), twice, 0) ==
        doctest::Approx(distance(W1{}, normal_points(3, 30, 4), x, 0)).epsilon(1e-12));
}

TEST_CASE("sinkhorn: reg is in units of the mean cost, from w2 to the distance of means") {
  const Points x = normal_points(2, 40, 1), y = 1.5 * normal_points(2, 40, 2).array() + 0.5;
  double mean_cost = 0;
  for (Index i = 0; i < 40; ++i)
    for (Index j = 0; j < 40; ++j) mean_cost += (x.col(i) - y.col(j)).squaredNorm() / 1600;
  const double means = (x.rowwise().mean() - y.rowwise().mean()).norm();
  CHECK(distance(SinkhornW2{1e5}, x, y, 0) == doctest::Approx(means).epsilon(1e-4));
  // Each of the three entropic costs is within reg log(n) of the exact one.
  const double squared = std::pow(distance(SinkhornW2{0.03}, x, y, 0), 2);
  CHECK(std::abs(squared - std::pow(distance(W2{}, x, y, 0), 2)) <= 0.03 * mean_cost * 2 * std::log(40.0));
  CHECK(distance(SinkhornW2{}, Points::Ones(2, 5), Points::Ones(2, 5), 0) == 0);
}

TEST_CASE("metrics: clouds that cannot be compared are errors with an id") {
  const Points x = normal_points(2, 10, 1);
  Points bad = x;
  bad(1, 3) = std::numeric_limits<double>::infinity();
  for_each_member<Metric>([&](const auto& metric) {
    CAPTURE(metric.name);
    CHECK(distance_error(metric, x, normal_points(3, 10, 1)) == "cloud-columns");
    CHECK(distance_error(metric, normal_points(2, metric.traits().least, 3),
                         normal_points(2, metric.traits().least, 4)) == "none");
    if (metric.traits().least > 1)
      CHECK(distance_error(metric, x.leftCols(metric.traits().least - 1), x) == "cloud-size");
    CHECK(distance_error(metric, x, bad) == "not-finite");
    CHECK(distance_error(metric, x, Points(2, 0)) == "cloud-size");
  });
  CHECK(distance_error(W2{}, x, x.leftCols(9)) == "assignment-size");
}
