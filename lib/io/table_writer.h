// Rows of numbers as text: CSV, TSV or JSON Lines, shortest digits that read back as the same doubles.
#pragma once

#include <string>
#include <vector>

#include "core/types.h"
#include "io/output.h"
#include "io/table_options.h"

namespace fm {

class TableWriter {
 public:
  /// Resolves options.format "auto" by the output's name (.tsv, .jsonl, each also .gz), else CSV. Throws
  /// usage errors for a precision that is neither "shortest" nor 1 to 17.
  TableWriter(Output& output, const WriteOptions& options, std::vector<std::string> names);

  /// Writes the names (CSV, TSV), quoted by RFC 4180 where needed. Nothing for JSON Lines.
  void header();
  /// Writes each column of `block` (D, N) as one row. Throws numeric error "non-finite-output" if a value is
  /// not finite, naming the column.
  void write(PointsIn block);

 private:
  Output& output_;
  TableFormat format_;
  int digits_;  // 0: shortest
  std::vector<std::string> names_;
  std::string buffer_;
};

}  // namespace fm
