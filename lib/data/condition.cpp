#include "data/condition.h"

#include <algorithm>

#include "data/standardiser.h"

namespace fm {

namespace {

Index rows_of(const Condition& condition) {
  return std::max<Index>(1, static_cast<Index>(condition.column.classes.size()));
}

}  // namespace

Index condition_rows(const std::vector<Condition>& conditions) {
  if (conditions.empty()) return 0;
  Index rows = 1;  // that there is a condition
  for (const Condition& condition : conditions) rows += rows_of(condition);
  return rows;
}

std::vector<Condition> fit_conditions(const std::vector<LabelColumn>& columns, PointsIn values) {
  std::vector<Condition> conditions;
  for (std::size_t k = 0; k < columns.size(); ++k) {
    Condition& condition = conditions.emplace_back(Condition{columns[k]});
    if (!columns[k].classes.empty()) continue;
    const Standardiser map = fit_standardiser(values.row(static_cast<Index>(k)), Standardize::columns);
    condition.shift = map.shift(0);
    condition.scale = map.scale(0);
    condition.least = values.row(static_cast<Index>(k)).minCoeff();
    condition.greatest = values.row(static_cast<Index>(k)).maxCoeff();
  }
  return conditions;
}

Points encoded(const std::vector<Condition>& conditions, PointsIn values) {
  Points rows = Points::Zero(condition_rows(conditions), values.cols());
  Index row = 0;
  for (std::size_t k = 0; k < conditions.size(); ++k) {
    const Condition& condition = conditions[k];
    for (Index n = 0; n < values.cols(); ++n) {
      const double value = values(static_cast<Index>(k), n);
      if (condition.column.classes.empty())
        rows(row, n) = (value - condition.shift) / condition.scale;
      else
        rows(row + static_cast<Index>(value), n) = 1;
    }
    row += rows_of(condition);
  }
  if (!conditions.empty()) rows.row(row).setOnes();
  return rows;
}

std::vector<LabelColumn> label_columns(const std::vector<Condition>& conditions) {
  std::vector<LabelColumn> columns;
  for (const Condition& condition : conditions) columns.push_back(condition.column);
  return columns;
}

}  // namespace fm
