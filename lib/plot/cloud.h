// What is drawn from: tables read in bounded memory, each as a named cloud of the same columns.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/types.h"
#include "io/record_reader.h"
#include "io/table_reader.h"

namespace fm {

/// Rows of one table as columns of a matrix (D, N).
struct PlotTable {
  std::string name;  ///< for the key
  Points rows;
  std::int64_t total = 0;  ///< rows of the table, of which these are all or some
};

/// Clouds of the same columns.
struct PlotTables {
  std::vector<std::string> columns;
  std::vector<PlotTable> clouds;

  /// The place of a column; -1 if there is none of that name.
  Index find(const std::string& column) const;
  /// These columns only, in this order.
  PlotTables only(const std::vector<std::string>& names) const;
};

/// A condition on rows: the cell of that column, which the table has, has that value.
struct Given {
  std::string column;
  double value = 0;
};

/// All rows of `reader` that meet `given`, or `most` of them if they are more: each subset of that size is
/// equally likely (Vitter 1985, algorithm R, draws of `seed`), and they stay in order. Memory O(D most).
PlotTable read_cloud(TableReader& reader, const std::vector<Given>& given, std::int64_t most,
                     std::uint64_t seed);

/// All rows of the first `most` different values of the first column, of which there are `total`. Throws
/// limit error "too-many-rows" above 2 million rows.
PlotTable read_groups(TableReader& reader, const std::vector<Given>& given, std::int64_t most);

/// What the beginning of an input shows it to be.
enum class Content {
  table,
  training_log,  ///< JSON Lines of objects with "step" and "loss" (fm-train --log)
  solver_table,  ///< a table with the columns solver, evaluations and error (fm-solvers --format csv)
  solver_json,   ///< an object with the array "solvers" (fm-solvers)
};
Content content_of(RecordReader& records);

/// A training log, key by key: a cloud named by the key with rows step, value, for each key that holds
/// numbers, in the order in which they are met. Keys may come and go from line to line; the last line may be
/// cut short, as in a log that is still written. Throws data errors "training-log".
std::vector<PlotTable> read_training_log(RecordReader& records);

/// The scores of solvers as clouds (evaluations, error), one for each family, which is the solver's name up
/// to the colon, in order of evaluations. Throws data errors "solver-table" and those of TableReader.
std::vector<PlotTable> read_solver_json(RecordReader& records);
std::vector<PlotTable> read_solver_table(TableReader& reader);

}  // namespace fm
