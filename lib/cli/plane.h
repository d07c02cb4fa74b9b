// A rectangle in the plane and the cells of a grid on it: where fm-grid looks at a field of two columns.
#pragma once

#include <array>
#include <string>

#include "data/standardiser.h"
#include "flow/exact_path.h"

namespace fm {

/// In data units.
struct Plane {
  std::array<double, 2> low, high;

  /// The area of one of cells^2 equal cells.
  double cell_area(Index cells) const;
  /// The centres of cells^2 cells, x first (2, cells^2).
  Points centres(Index cells) const;
};

/// "X0:X1,Y0:Y1". Throws usage error "range".
Plane parse_range(const std::string& text);

/// The smallest one around corners (2, N), N >= 1, which are in coordinates.
Plane plane_around(PointsIn corners, const Standardiser& coordinates);

/// Four standard deviations of each column around the means of the path's law at all the times (K), K >= 1:
/// mean alpha m1, variance alpha^2 C11 + 2 alpha sigma C01 + sigma^2, of the moments of the path's ends.
Plane plane_around(const ExactPath& path, const Vector& times, const Standardiser& coordinates);

}  // namespace fm
