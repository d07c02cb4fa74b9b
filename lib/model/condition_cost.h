// What the conditions of rows count in the cost of a coupling (flow/coupling.h).
#pragma once

#include "core/types.h"
#include "model/training_options.h"
#include "model/training_rows.h"

namespace fm {

/// Scale at which squared differences of conditions, as a network reads them, count options.condition_weight
/// times the mean squared distance of the rows x (D, n) from their mean.
double condition_scale(PointsIn x, const TrainingOptions& options);

/// Rows below the points, whose cost is |c - c'|^2 of their codes c times `scale`.
struct ConditionCost {
  Points rows;            ///< (K, n): `scale` times the standardised numbers, then the classes as they are
  Index classes = 0;      ///< how many of the rows are classes
  double class_cost = 0;  ///< 2 scale^2: the codes of two classes differ in two rows
};
ConditionCost condition_cost(const TrainingRows& rows, double scale);

}  // namespace fm
