// Conditions: what is known of a point beside its coordinates, as numbers that a network reads. A number is
// standardised, a class is one of its rows set to 1 (one-hot); a last row of ones says that there is a
// condition, so that zeros alone mean: none.
#pragma once

#include <string>
#include <vector>

#include "core/types.h"
#include "io/table_options.h"

namespace fm {

/// One column of conditions.
struct Condition {
  LabelColumn column;
  double shift = 0, scale = 1;     ///< of a number: value = shift + scale * its row; scale > 0
  double least = 0, greatest = 0;  ///< of a number: the range that was fitted to
};

/// Rows (C) of conditions as a network reads them; 0 for none.
Index condition_rows(const std::vector<Condition>& conditions);

/// Scales fitted to values (K, N) of K columns. Throws numeric error "standardise".
std::vector<Condition> fit_conditions(const std::vector<LabelColumn>& columns, PointsIn values);

/// values (K, N), numbers and numbers of classes, as a network reads them: (C, N).
Points encoded(const std::vector<Condition>& conditions, PointsIn values);

/// The columns alone.
std::vector<LabelColumn> label_columns(const std::vector<Condition>& conditions);

}  // namespace fm
