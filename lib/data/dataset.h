// A whole table of numbers in memory, as training wants it.
#pragma once

#include <string>
#include <vector>

#include "core/types.h"
#include "io/table_reader.h"

namespace fm {

struct Dataset {
  std::vector<std::string> names;               ///< of the selected columns
  bool has_names = false;                       ///< the table gives them; else they are "x1", "x2", ...
  Points points;                                ///< (D, N): a row of the table is a column
  std::vector<LabelColumn> label_columns = {};  ///< K columns that were asked for beside them
  Points labels = {};                           ///< (K, N): numbers, or numbers of classes
  std::string weight_column = {};               ///< the name of the column of weights; "": none
  Vector weights = {};                          ///< (N), > 0, as scaled_weights() leaves them; empty: none
  std::string bandwidth_column = {};            ///< the name of the column of bandwidths; "": none
  Vector bandwidths = {};                       ///< (N), > 0, as they stand; empty: none
  ReadSummary summary;
  std::string decisions;  ///< what was detected, for people
  std::string file;       ///< "-" for standard input
};

/// Reads all rows; `path`, `options` and `wanted` as for TableReader. Throws what it throws, and data error
/// "no-rows" if none is left. Memory: the points and, while they grow, address space for as many again.
Dataset read_dataset(const std::string& path, const ReadOptions& options, const WantedColumns& wanted = {});

/// A second table over the columns of `first`, which the same options have read; with the weights that the
/// column `weight` (WantedColumns) gives its rows, or a column called like that of `first`, if it has one;
/// and with those bandwidths that a column called like that of `first` gives them, if with_bandwidths.
Dataset read_alongside(const Dataset& first, const std::string& path, const ReadOptions& options,
                       const std::string& weight = {}, bool with_bandwidths = false);

/// What training on the data should know, one sentence each: columns with one value only, columns equal in
/// all rows, more than one row in ten equal to an earlier one, fewer rows than columns.
std::vector<std::string> dataset_warnings(const Dataset& data);

}  // namespace fm
