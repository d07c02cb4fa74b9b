#include "cli/nearest_columns.h"

#include "metrics/neighbours.h"

namespace fm {

NearestColumns::NearestColumns(PointsIn training, PointsIn reference, Standardize units) {
  if (training.cols() == 0 && reference.cols() == 0) return;
  units_ = fit_standardiser(reference.cols() > 0 ? reference : training, units);
  if (training.cols() > 0) training_ = to_coordinates(units_, training);
  if (reference.cols() > 0) reference_ = to_coordinates(units_, reference);
}

std::vector<std::string> NearestColumns::names() const {
  std::vector<std::string> names;
  if (training_.cols() > 0) names.emplace_back("nearest_training");
  if (reference_.cols() > 0) names.emplace_back("nearest_reference");
  return names;
}

Points NearestColumns::distances(PointsIn data) const {
  Points columns(static_cast<Index>(names().size()), data.cols());
  if (columns.rows() == 0) return columns;
  const Points x = to_coordinates(units_, data);
  if (training_.cols() > 0) columns.row(0) = nearest_points(x, training_).distance.transpose();
  if (reference_.cols() > 0) columns.bottomRows(1) = nearest_points(x, reference_).distance.transpose();
  return columns;
}

}  // namespace fm
