#include "data/pair_table.h"

#include <algorithm>

#include "core/error.h"
#include "core/text.h"
#include "data/dataset.h"

namespace fm {

namespace {

const std::string source_prefix = "source_", target_prefix = "target_";

[[noreturn]] void refuse_columns(const std::string& path, const std::string& what) {
  throw data_error("pair-columns", what, {path},
                   "a table of pairs has columns source_NAME and target_NAME for each NAME, and weight if "
                   "pairs weigh differently; fm-pairs writes such tables");
}

/// Place of the column called `name`; -1 if there is none.
Index place_of(const Dataset& table, const std::string& name) {
  const auto found = std::find(table.names.begin(), table.names.end(), name);
  return found == table.names.end() ? -1 : found - table.names.begin();
}

}  // namespace

std::vector<std::string> pair_columns(const std::vector<std::string>& names) {
  std::vector<std::string> columns;
  for (const std::string& prefix : {source_prefix, target_prefix})
    for (const std::string& name : names) columns.push_back(prefix + name);
  return columns;
}

PairTable read_pairs(const std::string& path, const ReadOptions& options) {
  WantedColumns wanted;
  wanted.weight = pair_weight_column;
  wanted.weight_may_miss = wanted.weight_by_selection = true;
  const Dataset table = read_dataset(path, options, wanted);
  const bool equal = table.weights.size() == 0;
  PairTable pairs{{}, {}, {}, equal ? Vector::Ones(table.points.cols()) : table.weights, table.decisions};
  std::vector<Index> from, to;
  for (const std::string& column : table.names) {
    if (!column.starts_with(source_prefix)) continue;
    pairs.names.push_back(column.substr(source_prefix.size()));
    from.push_back(place_of(table, column));
    to.push_back(place_of(table, target_prefix + pairs.names.back()));
    if (to.back() < 0) refuse_columns(path, "column " + in_quotes(column) + " has no target column");
  }
  if (from.empty()) refuse_columns(path, "there are no columns source_NAME");
  const std::vector<std::string> known = pair_columns(pairs.names);
  for (const std::string& column : table.names)
    if (std::find(known.begin(), known.end(), column) == known.end())
      refuse_columns(path, "column " + in_quotes(column) +
                               (column.starts_with(target_prefix) ? " has no source column"
                                                                  : " belongs to neither side"));
  pairs.source = table.points(from, Eigen::all);
  pairs.target = table.points(to, Eigen::all);
  return pairs;
}

}  // namespace fm
