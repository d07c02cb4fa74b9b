// Conditions as rows below the coordinates of points. The cost between x and y is then
//   |x - y|^2 over all rows but the last `classes`, + class_cost * the number of these in which x and y
//   differ,
// which is what one-hot codes of the classes, sqrt(class_cost / 2) for 1, would add in as many rows as there
// are classes.
#pragma once

#include "core/types.h"

namespace fm {

struct ExtraRows {
  Index count = 0;        ///< the last rows of both clouds, which are no coordinates
  Index classes = 0;      ///< the last of these, <= count: numbers of classes
  double class_cost = 0;  ///< >= 0, of each class that differs
};

}  // namespace fm
