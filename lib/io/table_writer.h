// Rows of numbers as text: CSV, TSV or JSON Lines, shortest digits that read back as the same doubles, whole
// numbers up to 2^53 without exponent. Or as a NumPy array of doubles, without names.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/types.h"
#include "io/output.h"
#include "io/table_options.h"

namespace fm {

/// What "auto" means for a file of that name: .tsv; .jsonl, .ndjson, .json; each also .gz; .npy; in any case;
/// else CSV. Throws usage error "output-format" for an ending of another format (refuse_foreign_name()).
TableFormat format_of_name(const std::string& file);

/// Throws usage error "output-format" where the name's ending says that the file is of a format which is no
/// text: .parquet, .npy, .xlsx and their like, and compression other than .gz.
void refuse_foreign_name(const std::string& file);

class TableWriter {
 public:
  /// `output` must live as long. Resolves options.format "auto" by the output's name. Columns named in
  /// `whole` hold whole numbers, such as counts, which options.precision does not round. Throws usage error
  /// "precision" for one that is neither "shortest" nor 1 to 17, or rounds an array, "column-name" for names
  /// that JSON cannot hold: two alike, or not UTF-8, and for an array what Output::replace_start() throws.
  TableWriter(Output& output, const WriteOptions& options, std::vector<std::string> names,
              const std::vector<std::string>& whole = {});

  /// Column `column` holds classes: the number k of write() becomes the text classes[k]. Before the first
  /// write(). Throws usage error "npy-text" for an array.
  void set_classes(std::size_t column, const std::vector<std::string>& classes);

  /// Writes the names (CSV, TSV), quoted by RFC 4180 where needed. Nothing for JSON Lines; an array has its
  /// header, with the rows that it holds, in any case: each shard is one of its own.
  void header();
  /// Writes each column of `block` (D, N), D the number of names, as one row. Throws numeric error
  /// "non-finite-output" if a value is not finite, naming the column; the rows before it are written.
  void write(PointsIn block);

 private:
  char separator_of_cells() const;
  void write_array(PointsIn block);
  [[noreturn]] void refuse(double value, Index column) const;

  Output& output_;
  TableFormat format_;
  std::vector<std::string> names_;
  std::vector<int> digits_;                        // of each column; 0: shortest, -1: classes
  std::vector<std::vector<std::string>> classes_;  // of each column, as they are written
  std::vector<std::string> before_;                // what stands before the number of each column
  std::string row_end_;
  std::size_t row_bytes_ = 0;  // at most, for one row
  std::string buffer_;
  std::int64_t rows_ = 0;  // so far
};

}  // namespace fm
