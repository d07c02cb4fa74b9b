#include "model/condition_cost.h"

#include <cmath>

namespace fm {

double condition_scale(PointsIn x, const TrainingOptions& options) {
  const double spread = (x.colwise() - x.rowwise().mean()).squaredNorm() / static_cast<double>(x.cols());
  return std::sqrt(options.condition_weight * spread);
}

ConditionCost condition_cost(const TrainingRows& rows, double scale) {
  ConditionCost cost{Points(rows.labels.rows(), rows.labels.cols()), 0, 2 * scale * scale};
  Index number = 0, first_class = rows.labels.rows();
  for (Index k = 0; k < rows.labels.rows(); ++k) {
    const Condition& condition = rows.conditions[static_cast<std::size_t>(k)];
    if (condition.column.classes.empty())
      cost.rows.row(number++) = scale * ((rows.labels.row(k).array() - condition.shift) / condition.scale);
    else
      cost.rows.row(--first_class) = rows.labels.row(k);
  }
  cost.classes = cost.rows.rows() - number;
  return cost;
}

}  // namespace fm
