#include "model/training_plan.h"

#include "model/network_field.h"
#include "model/training_defaults.h"
#include "model/training_rows.h"

namespace fm {

MlpShape training_shape(Index dim, Index condition_rows, const TrainingOptions& options) {
  MlpShape shape =
      network_shape(dim, options.hidden, options.activation, options.time_features, condition_rows);
  if (std::holds_alternative<BridgePath>(options.path)) shape.outputs *= 2;
  return shape;
}

TrainingPlan plan_training(const Dataset& target, const Standardiser& coordinates,
                           const TrainingOptions& options) {
  const Index rows = target.points.cols();
  TrainingPlan plan;
  plan.options = settled(options, rows - held_out_rows(options.validation, rows));
  to_coordinates(coordinates, target.points);  // refuses rows beyond a double
  plan.conditions = fit_conditions(target.label_columns, target.labels);
  plan.parameters =
      parameter_count(training_shape(target.points.rows(), condition_rows(plan.conditions), options));
  return plan;
}

}  // namespace fm
