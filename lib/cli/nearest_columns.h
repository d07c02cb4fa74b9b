// Columns of fm-eval --per-row: the distance of each row to the nearest row of the training data and of the
// reference.
#pragma once

#include <string>
#include <vector>

#include "core/types.h"
#include "data/standardiser.h"

namespace fm {

class NearestColumns {
 public:
  /// training (D, T), reference (D, R) in data units; one without rows gives no column. Distances are those
  /// of coordinates in these units, fitted to the reference or, without one, to the training rows.
  NearestColumns(PointsIn training, PointsIn reference, Standardize units);

  /// Those of "nearest_training", "nearest_reference" that there are, in this order.
  std::vector<std::string> names() const;
  /// Of points (D, N) in data units: (columns, N). Cost O(N (T + R) D). Throws what to_coordinates() does.
  Points distances(PointsIn data) const;

 private:
  Standardiser units_;
  Points training_, reference_;  // in coordinates
};

}  // namespace fm
