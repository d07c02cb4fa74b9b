#include "data/standardiser.h"

#include <doctest/doctest.h>

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

TEST_CASE("standardiser: columns too large for a variance are an error, not infinity") {
  Points data(1, 2);
  data << 1e300, -1e300;
  CHECK_THROWS_AS(fit_standardiser(data, Standardize::columns), Error);
}
