#include "data/standardiser.h"

#include <cmath>
#include <limits>

#include "core/error.h"

namespace fm {

namespace {

/// Deviations below this share of the column's size are what rounding leaves of a constant.
constexpr double constant_column = 16 * std::numeric_limits<double>::epsilon();

}  // namespace

Standardiser fit_standardiser(PointsIn points, Standardize kind) {
  const Index dim = points.rows();
  const auto count = static_cast<double>(points.cols());
  if (kind == Standardize::none) return {Vector::Zero(dim), Vector::Ones(dim)};
  Standardiser map;
  map.shift = points.rowwise().mean();
  // Two passes: no cancellation however far the data lie from 0.
  const Points centred = points.colwise() - map.shift;
  Vector variance = centred.rowwise().squaredNorm() / count;
  if (!map.shift.allFinite() || !variance.allFinite())
    throw numeric_error("standardise", "the columns' means or variances leave the range of a double",
                        "divide the largest columns by a power of ten first");
  for (Index d = 0; d < dim; ++d)
    if (std::sqrt(variance(d)) <= constant_column * std::abs(map.shift(d))) variance(d) = 0;
  if (kind == Standardize::global) variance.setConstant(variance.mean());
  map.scale = variance.cwiseSqrt().unaryExpr([](double scale) { return scale > 0 ? scale : 1.0; });
  return map;
}

Standardiser fit_standardiser(PointsIn first, PointsIn second, Standardize kind) {
  Points pooled(first.rows(), first.cols() + second.cols());
  pooled << first, second;
  return fit_standardiser(pooled, kind);
}

Points to_coordinates(const Standardiser& map, PointsIn data) {
  return (data.colwise() - map.shift).array().colwise() / map.scale.array();
}

Points to_data(const Standardiser& map, PointsIn coordinates) {
  return (coordinates.array().colwise() * map.scale.array()).matrix().colwise() + map.shift;
}

}  // namespace fm
