// Conditions: what is known of a point beside its coordinates, as numbers that a network reads. A number is
// standardised, a class is one of its rows set to 1 (one-hot); a last row of ones says that there is a
// condition, so that zeros alone mean: none. Many classes are many rows, nearly all of them 0: rows of a
// table keep their values (K, N), and codes are made of them where they are read.
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

/// More would be a network of gigabytes: each row is an input of it.
constexpr Index max_condition_rows = 65536;

/// Scales fitted to values (K, N) of K columns. Throws numeric error "standardise", and limit error
/// "condition-limit" for classes that take more than max_condition_rows.
std::vector<Condition> fit_conditions(const std::vector<LabelColumn>& columns, PointsIn values);

/// values (K, N), numbers and numbers of classes, as a network reads them: (C, N).
Points encoded(const std::vector<Condition>& conditions, PointsIn values);

/// The codes of N points by what is not 0 in them: value(k, n) at row place(k, n) < C of column n; K + 1
/// numbers a point, the last for the row of ones. Zeros as values mean: none.
struct SparseCodes {
  Eigen::Matrix<Index, Eigen::Dynamic, Eigen::Dynamic> place;  ///< (K + 1, N), no place twice in a column
  Points value;                                                ///< (K + 1, N)
};

/// What encoded() writes in full; (0, N) of no conditions.
SparseCodes sparse_codes(const std::vector<Condition>& conditions, PointsIn values);

/// The columns alone.
std::vector<LabelColumn> label_columns(const std::vector<Condition>& conditions);

}  // namespace fm
