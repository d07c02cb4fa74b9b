// Tables of given pairs: a row is a source point (columns source_NAME), the target point that it goes with
// (target_NAME) and, if there is one, its weight.
#pragma once

#include <string>
#include <vector>

#include "core/types.h"
#include "io/table_options.h"

namespace fm {

struct PairTable {
  std::vector<std::string> names;  ///< of both clouds' columns (D), without prefix
  Points source, target;           ///< (D, N), N >= 1
  Vector weights;                  ///< (N), > 0, as scaled_weights() leaves them; 1 where the table has none
  std::string decisions;           ///< what was detected, for people
};

/// source_NAME for each name, then target_NAME: the columns of a table of pairs.
std::vector<std::string> pair_columns(const std::vector<std::string>& names);

/// The column of weights, which a table of pairs may have besides.
inline const std::string pair_weight_column = "weight";

/// Reads a table of pairs; columns in any order, target ones matched to source ones by name. Pairs of weight
/// 0 are left out. Throws what read_dataset throws, and data error "pair-columns" (others than these, or
/// without a match).
PairTable read_pairs(const std::string& path, const ReadOptions& options);

}  // namespace fm
