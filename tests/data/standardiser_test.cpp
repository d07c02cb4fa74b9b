#include "data/standardiser.h"

#include <doctest/doctest.h>

#include <cmath>
#include <string>

#include "core/error.h"
#include "core/random.h"

using namespace fm;

namespace {

/// Normal rows with its own mean and deviation for each column.
Points cloud(Index rows) {
  Points points(3, rows);
  fill_normal({1, Purpose::test}, 0, points);
  const Vector scale = Vector{{2, 1e-3, 1e5}}, shift = Vector{{1e9, 0, -3}};
  return (points.array().colwise() * scale.array()).matrix().colwise() + shift;
}

Vector variances(const Points& points) {
  const Points centred = points.colwise() - points.rowwise().mean();
  return centred.rowwise().squaredNorm() / static_cast<double>(points.cols());
}

}  // namespace

TEST_CASE("standardiser: the way there and back returns the data, for every kind") {
  const Points data = cloud(100);
  for (const auto& [kind, name] : enum_names(Standardize{})) {
    const Standardiser map = fit_standardiser(data, kind);
    const Points back = to_data(map, to_coordinates(map, data));
    CHECK_MESSAGE(((back - data).array().abs().colwise() / data.rowwise().norm().array()).maxCoeff() < 1e-15,
                  name);
  }
}

TEST_CASE("standardiser: columns gives every column mean 0 and variance 1, far from 0 too") {
  const Points data = cloud(1000);
  const Points coordinates = to_coordinates(fit_standardiser(data, Standardize::columns), data);
  // At 1e9 a double has steps of 1e-7: that much of a deviation of 2 is rounding.
  CHECK(coordinates.rowwise().mean().cwiseAbs().maxCoeff() < 1e-7);
  CHECK((variances(coordinates).array() - 1).abs().maxCoeff() < 1e-7);
}

TEST_CASE("standardiser: global keeps ratios of distances and makes the mean variance 1") {
  const Points data = cloud(1000);
  const Standardiser map = fit_standardiser(data, Standardize::global);
  CHECK(map.scale.maxCoeff() == map.scale.minCoeff());
  CHECK(variances(to_coordinates(map, data)).mean() == doctest::Approx(1).epsilon(1e-9));
}

TEST_CASE("standardiser: none is the identity") {
  const Points data = cloud(10);
  CHECK(to_coordinates(fit_standardiser(data, Standardize::none), data) == data);
}

TEST_CASE("standardiser: a constant column has coordinate 0 and comes back as it was") {
  Points data = cloud(50);
  data.row(1).setConstant(0.1);  // its mean is not exactly 0.1
  const Standardiser map = fit_standardiser(data, Standardize::columns);
  CHECK(map.scale(1) == 1);
  CHECK(to_coordinates(map, data).row(1).cwiseAbs().maxCoeff() < 1e-15);
}

TEST_CASE("standardiser: two clouds pooled are the cloud of all rows") {
  const Points data = cloud(100);
  const Standardiser whole = fit_standardiser(data, Standardize::columns);
  const Standardiser pooled = fit_standardiser(data.leftCols(30), data.rightCols(70), Standardize::columns);
  CHECK(pooled.shift == whole.shift);
  CHECK(pooled.scale == whole.scale);
}

TEST_CASE("standardiser: many rows far from 0 are centred to their own rounding") {
  // At 1e9 neighbours are 1.2e-7 apart; a running sum alone would miss the mean of these rows by some 1e-4.
  const Index rows = 300000;
  Points data(1, rows);
  for (Index n = 0; n < rows; ++n) data(0, n) = 1e9 + 0.1 + 1e-3 * static_cast<double>(n % 7 - 3);
  const Standardiser map = fit_standardiser(data, Standardize::columns);
  CHECK(std::abs(map.shift(0) - (1e9 + 0.1)) < 2.4e-7);
  CHECK(map.scale(0) == doctest::Approx(2e-3).epsilon(1e-3));  // mean of 0, 1, 1, 4, 4, 9, 9 is 4
}

TEST_CASE("standardiser: columns of any size that a double holds have their scale") {
  for (const double size : {1e-300, 1e-200, 1.0, 1e200, 1e300}) {
    const Points data = Points{{size, -size}};
    for (const Standardize kind : {Standardize::columns, Standardize::global})
      CHECK(fit_standardiser(data, kind).scale(0) == doctest::Approx(size).epsilon(1e-12));
  }
}

TEST_CASE("standardiser: what leaves the doubles is an error, not infinity") {
  const auto id = [](const auto& action) {
    try {
      action();
    } catch (const Error& error) {
      CHECK(error.kind() == ErrorKind::numeric);
      return error.id();
    }
    return std::string("nothing");
  };
  CHECK(id([] { fit_standardiser(Points{{1.7e308, 1.7e308}}, Standardize::columns); }) == "standardise");
  CHECK(id([] {
          fit_standardiser(Points{{1.7e308, -1.7e308, -1.7e308}}, Standardize::columns);
        }) == "standardise");
  const Standardiser small{Vector::Zero(1), Vector::Constant(1, 1e-10)};
  const Standardiser large{Vector::Zero(1), Vector::Constant(1, 1e10)};
  CHECK(id([&] { to_coordinates(small, Points{{1e300}}); }) == "coordinates-range");
  CHECK(id([&] { to_data(large, Points{{1e300}}); }) == "coordinates-range");
}

TEST_CASE("standardiser: densities over coordinates and over data units differ by the log volume") {
  // Density of N(m, S) with diagonal S at a point, once in data units and once as N(0, I) in coordinates.
  const Standardiser map{Vector{{3, -1}}, Vector{{2, 0.25}}};
  const Points data{{4.0}, {-1.5}};
  const double in_coordinates = -0.5 * to_coordinates(map, data).squaredNorm() - std::log(2 * M_PI);
  const double in_data = -std::log(2 * M_PI) - std::log(2 * 0.25) - 0.5 * (0.5 * 0.5 + 2 * 2);
  CHECK(in_coordinates - log_volume(map) == doctest::Approx(in_data).epsilon(1e-14));
}
