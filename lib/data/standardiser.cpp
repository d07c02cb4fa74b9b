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

Standardiser standardiser_of_moments(const Vector& mean, const Vector& deviation, Standardize kind) {
  const Index dim = mean.size();
  if (kind == Standardize::none) return {Vector::Zero(dim), Vector::Ones(dim)};
  Standardiser map{mean, Vector::Zero(dim)};
  for (Index d = 0; d < dim; ++d) {
    if (!std::isfinite(mean(d)) || !std::isfinite(deviation(d)))
      throw numeric_error("standardise",
                          "the mean or deviation of column " + std::to_string(d + 1) + " is beyond a double",
                          "divide large columns by a power of ten first");
    if (deviation(d) > constant_column * std::abs(mean(d))) map.scale(d) = deviation(d);
  }
  if (kind == Standardize::global)
    map.scale.setConstant(map.scale.stableNorm() / std::sqrt(static_cast<double>(dim)));
  for (double& scale : map.scale)
    if (scale == 0) scale = 1;
  return map;
}

Standardiser fit_standardiser(PointsIn points, Standardize kind) {
  Vector mean = points.rowwise().mean();
  // A sum of many rows far from 0 is rounded; the mean of what is left over mends it, and deviations from
  // the mean cannot cancel.
  mean += (points.colwise() - mean).rowwise().mean();
  const Points centred = points.colwise() - mean;
  const double root_count = std::sqrt(static_cast<double>(points.cols()));
  Vector deviation(points.rows());
  for (Index d = 0; d < points.rows(); ++d)
    deviation(d) = centred.row(d).stableNorm() / root_count;  // squares of 1e200 overflow
  return standardiser_of_moments(mean, deviation, kind);
}

Standardiser fit_standardiser_of(PointsIn points, const Vector& weights, Standardize kind) {
  if (weights.size() == 0 || (weights.array() == weights(0)).all()) return fit_standardiser(points, kind);
  const Vector shares = weights / weights.maxCoeff() / (weights / weights.maxCoeff()).sum();
  Vector mean = points * shares;
  mean += (points.colwise() - mean) * shares;
  const Points scaled = (points.colwise() - mean).array().rowwise() * shares.transpose().array().sqrt();
  Vector deviation(points.rows());
  for (Index d = 0; d < points.rows(); ++d) deviation(d) = scaled.row(d).stableNorm();
  return standardiser_of_moments(mean, deviation, kind);
}

Standardiser fit_standardiser(PointsIn first, PointsIn second, Standardize kind) {
  Points pooled(first.rows(), first.cols() + second.cols());
  pooled << first, second;
  return fit_standardiser(pooled, kind);
}

Standardiser fit_standardiser(PointsIn first, PointsIn second, const Vector& weights, Standardize kind) {
  if (weights.size() == 0 || (weights.array() == weights(0)).all())
    return fit_standardiser(first, second, kind);
  Points pooled(first.rows(), first.cols() + second.cols());
  pooled << first, second;
  Vector pooled_weights(pooled.cols());
  pooled_weights << Vector::Constant(first.cols(), weights.mean()), weights;
  return fit_standardiser_of(pooled, pooled_weights, kind);
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
