// Rows of the target with all that belongs to them, and their division into rows to learn from and rows held
// out.
#pragma once

#include <cstdint>
#include <vector>

#include "core/types.h"
#include "data/condition.h"
#include "flow/source.h"

namespace fm {

/// Points in coordinates and what is known of each. Source points stand beside the rows: where they are given
/// pairs (PairedSource), row n belongs to pair n.
struct TrainingRows {
  Points points;  ///< (D, n)
  Source source = NormalSource{};
  std::vector<Condition> conditions = {};  ///< (K); none: nothing more is known of the rows
  Points labels = {};                      ///< (K, n), the conditions' values
  Vector weights = {};                     ///< (n) > 0, of any sum; empty: all rows are equal
  Vector bandwidths = {};  ///< (n) > 0, the numbers of AdaptivePath::column; empty without one
};

/// The codes of the conditions of these rows; empty without conditions.
SparseCodes codes_of(const TrainingRows& rows, const std::vector<Index>& which);

struct TrainingSplit {
  TrainingRows training, held_out;  ///< held_out may have no rows
};

/// Of `rows`, how many a share in [0, 1) holds out. Throws usage error "validation-rows" if share > 0 holds
/// out none or all.
Index held_out_rows(double share, Index rows);

/// Holds out held_out_rows(share, n) random rows; the others keep their order. share in [0, 1). Equal weights
/// become empty ones. Throws as held_out_rows().
TrainingSplit split_rows(const TrainingRows& rows, double share, std::uint64_t seed);

}  // namespace fm
