#include "data/condition.h"

#include <algorithm>
#include <iterator>
#include <string>

#include "core/error.h"
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
  if (const Index rows = condition_rows(conditions); rows > max_condition_rows)
    throw limit_error("condition-limit",
                      "the conditions would be " + std::to_string(rows) +
                          " inputs of a network, one for each class: at most " +
                          std::to_string(max_condition_rows),
                      {}, "name fewer columns in --condition, or columns of fewer classes");
  return conditions;
}

SparseCodes sparse_codes(const std::vector<Condition>& conditions, PointsIn values) {
  const Index count = values.cols(), entries = conditions.empty() ? 0 : std::ssize(conditions) + 1;
  SparseCodes codes{{}, Points::Ones(entries, count)};
  codes.place.resize(entries, count);
  Index row = 0;
  for (Index k = 0; k + 1 < entries; ++k) {
    const Condition& condition = conditions[static_cast<std::size_t>(k)];
    for (Index n = 0; n < count; ++n) {
      const bool number = condition.column.classes.empty();
      codes.place(k, n) = number ? row : row + static_cast<Index>(values(k, n));
      if (number) codes.value(k, n) = (values(k, n) - condition.shift) / condition.scale;
    }
    row += rows_of(condition);
  }
  if (entries > 0) codes.place.row(entries - 1).setConstant(row);
  return codes;
}

Points encoded(const std::vector<Condition>& conditions, PointsIn values) {
  const SparseCodes codes = sparse_codes(conditions, values);
  Points rows = Points::Zero(condition_rows(conditions), values.cols());
  for (Index n = 0; n < rows.cols(); ++n)
    for (Index k = 0; k < codes.place.rows(); ++k) rows(codes.place(k, n), n) = codes.value(k, n);
  return rows;
}

std::vector<LabelColumn> label_columns(const std::vector<Condition>& conditions) {
  std::vector<LabelColumn> columns;
  for (const Condition& condition : conditions) columns.push_back(condition.column);
  return columns;
}

}  // namespace fm
