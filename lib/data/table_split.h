// A table in two parts, drawn at random: the rows as they stand, each in one of them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "io/record.h"
#include "io/table_options.h"

namespace fm {

/// Bytes of the two tables and their rows; each starts with the header of the whole if that has one, and
/// keeps the order of the rows.
struct TableSplit {
  std::string train, test;
  std::int64_t train_rows = 0, test_rows = 0;
  std::int64_t skipped = 0;  ///< rows that could not be read
  std::int64_t strata = 1;   ///< different cells of the column `by`
  Syntax syntax;             ///< of the rows
  std::string decisions;
};

/// Rows of the test part in each stratum, of which there are sizes (S): fraction * size rounded down or up,
/// so that the sum is fraction * (all rows) rounded to the nearest (halves up). Those of the largest
/// remainders are rounded up, the first of equal ones (Hamilton's method).
std::vector<std::int64_t> stratified_counts(const std::vector<std::int64_t>& sizes, double fraction);

/// Splits `path` ("-" for standard input). Which rows of a stratum are in the test part is uniform over all
/// choices, by the seed; strata are the different cells of the column `by` (name or number; "": one stratum).
/// Blank lines and comments are dropped. Throws what RowReader does, and data error "too-few-rows" if a part
/// would be empty. Memory: the table twice.
TableSplit split_table(const std::string& path, const ReadOptions& options, double fraction,
                       const std::string& by, std::uint64_t seed);

}  // namespace fm
