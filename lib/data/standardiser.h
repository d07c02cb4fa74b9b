// Coordinates: the invertible affine map between data units and the space in which source, path, coupling and
// solver live.   data = shift + scale * coordinates, column by column
#pragma once

#include <array>
#include <utility>

#include "core/types.h"

namespace fm {

/// How coordinates are chosen.
enum class Standardize {
  columns,  ///< each column has mean 0 and variance 1
  global,   ///< columns have mean 0, and one scale for all makes their mean variance 1: Euclidean geometry is
            ///< kept
  none,     ///< data units as they are
};
constexpr auto enum_names(Standardize) {
  return std::array{std::pair{Standardize::columns, "columns"}, std::pair{Standardize::global, "global"},
                    std::pair{Standardize::none, "none"}};
}

struct Standardiser {
  Vector shift;  ///< (D), data units
  Vector scale;  ///< (D), data units a coordinate, > 0
};

/// Fitted to the rows of `points` (D, N), N >= 1, with divisor N; as exact far from 0 and for columns of size
/// 1e-200 or 1e200 as near 1. A column that is constant (its deviations are rounding) has scale 1 and so
/// coordinate 0. Throws numeric error "standardise" if a mean or deviation leaves the finite numbers.
Standardiser fit_standardiser(PointsIn points, Standardize kind);

/// The same for rows of weights (N) >= 0 of any sum, a row of weight k counting as k rows; empty: equal ones.
Standardiser fit_standardiser_of(PointsIn points, const Vector& weights, Standardize kind);

/// The same for two clouds pooled row by row: first (D, N), second (D, M).
Standardiser fit_standardiser(PointsIn first, PointsIn second, Standardize kind);
/// The same where weights (M) share out among the M rows of `second` what they count together; empty: equal
/// ones.
Standardiser fit_standardiser(PointsIn first, PointsIn second, const Vector& weights, Standardize kind);

/// From the mean and standard deviation (D) of each column; what constant columns and errors are, as above.
Standardiser standardiser_of_moments(const Vector& mean, const Vector& deviation, Standardize kind);

/// Both (D, N). Throw numeric error "coordinates-range" if a result is not finite.
Points to_coordinates(const Standardiser& map, PointsIn data);
Points to_data(const Standardiser& map, PointsIn coordinates);

/// sum_d log scale_d, the logarithm of the volume in data units of a unit cube of coordinates:
///   log p(data) = log p(coordinates) - log_volume
double log_volume(const Standardiser& map);

}  // namespace fm
