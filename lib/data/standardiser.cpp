#include "data/standardiser.h"

#include <cmath>
#include <limits>
#include <string>
#include <utility>

#include "core/error.h"

namespace fm {

namespace {

/// Deviations below this share of the column's size are what rounding leaves of a constant.
constexpr double constant_column = 16 * std::numeric_limits<double>::epsilon();

Points checked(Points points) {
  if (!points.allFinite())
    throw numeric_error("coordinates-range", "a point between data units and coordinates is not finite");
  return points;
}

}  // namespace

Standardiser fit_standardiser(PointsIn points, Standardize kind) {
  const Index dim = points.rows();
  const double root_count = std::sqrt(static_cast<double>(points.cols()));
  if (kind == Standardize::none) return {Vector::Zero(dim), Vector::Ones(dim)};
  Standardiser map;
  map.shift = points.rowwise().mean();
  // A sum of many rows far from 0 is rounded; the mean of what is left over mends it, and deviations from
  // the mean cannot cancel.
  map.shift += (points.colwise() - map.shift).rowwise().mean();
  const Points centred = points.colwise() - map.shift;
  map.scale.resize(dim);
  for (Index d = 0; d < dim; ++d) {
    const double deviation = centred.row(d).stableNorm() / root_count;  // squares of 1e200 overflow
    if (!std::isfinite(map.shift(d)) || !std::isfinite(deviation))
      throw numeric_error("standardise",
                          "the mean or deviation of column " + std::to_string(d + 1) + " is beyond a double",
                          "divide large columns by a power of ten first");
    map.scale(d) = deviation > constant_column * std::abs(map.shift(d)) ? deviation : 0;
  }
  if (kind == Standardize::global)
    map.scale.setConstant(map.scale.stableNorm() / std::sqrt(static_cast<double>(dim)));
  for (double& scale : map.scale)
    if (scale == 0) scale = 1;
  return map;
}

Standardiser fit_standardiser(PointsIn first, PointsIn second, Standardize kind) {
  Points pooled(first.rows(), first.cols() + second.cols());
  pooled << first, second;
  return fit_standardiser(pooled, kind);
}

Points to_coordinates(const Standardiser& map, PointsIn data) {
  return checked((data.colwise() - map.shift).array().colwise() / map.scale.array());
}

Points to_data(const Standardiser& map, PointsIn coordinates) {
  return checked((coordinates.array().colwise() * map.scale.array()).colwise() + map.shift.array());
}

double log_volume(const Standardiser& map) {
  return map.scale.array().log().sum();
}

}  // namespace fm
