// Tables as streams of rows of numbers: CSV, TSV, other delimited text and JSON Lines, plain or gzip, from a
// file or standard input, in bounded memory. How format and delimiter are found is said in dialect.h, how
// header and columns are found in layout.h, what a number is in cell_reader.h; all decisions can be read back
// in `decisions()`. Start here; below are byte_source (bytes), record (their cells), survey (evidence).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/types.h"
#include "io/record_reader.h"
#include "io/table_options.h"

namespace fm {

/// What became of the rows.
struct ReadSummary {
  std::int64_t rows = 0;        ///< handed out
  std::int64_t skipped = 0;     ///< could not be read, under --bad-rows skip
  std::int64_t dropped = 0;     ///< had a missing cell, under --missing drop
  std::int64_t weightless = 0;  ///< had weight 0
};

class TableReader {
 public:
  /// Opens `path` ("-" is standard input), finds format, delimiter, header and columns from the first records
  /// (at most 1 MiB); waits until a pipe has given so much or has ended.
  ///
  /// options.columns and .exclude select among the table's columns, of which one without a name is called x1,
  /// x2, ... by its place; what they name must be there. Among these `wanted` is then found:
  ///   1. by name, if the table and `wanted` both have names. Names that are all of the form x<k>, which a
  ///   model
  ///      of data without names gives to its samples, are no names here;
  ///   2. else by the same name or made-up name, and so by place, if all wanted names are there;
  ///   3. else in order: as many must be selected as are wanted.
  /// With wanted.selected_elsewhere -c and -x are another table's: here all columns are selected, and in 3.
  /// those that -c and -x leave, if these are as many as wanted. No wanted name may be found twice.
  ///
  /// Throws data, io, limit and usage errors.
  TableReader(const std::string& path, const ReadOptions& options, const WantedColumns& wanted = {});
  /// The same for an input that is open and of which nothing is passed yet, only peeked at.
  TableReader(RecordReader records, const ReadOptions& options, const WantedColumns& wanted = {});
  ~TableReader();
  TableReader(TableReader&&) noexcept;

  /// Names of the selected columns: the wanted ones, or the table's own, "x1", "x2", ... (by place in the
  /// table) where it has none.
  const std::vector<std::string>& names() const;
  /// Whether the table has names.
  bool has_names() const;

  /// The columns of labels, with the classes that are known or, in a column of unknown kind, were met so far,
  /// in the order of the rows.
  const std::vector<LabelColumn>& labels() const;

  /// Whether there is a column of weights, and its name. Rows of weight 0 are not handed out.
  const std::optional<std::string>& weight() const;

  /// Whether there is a column of bandwidths, and its name.
  const std::optional<std::string>& bandwidth() const;

  /// Reads up to `max_rows` rows into `block` (D selected columns, those of labels, that of weights, that of
  /// bandwidths; rows read): a row of the table becomes a column of `block`, a class its number from 0.
  /// Returns the number of rows; 0 at the end. Lines that are empty, blank or comments are passed over.
  /// Throws data errors with file, line and column, up to Error::max_problems of them at once (the rest of
  /// the input is read to find them): "csv-number", "json-number", "csv-range", "non-finite", "missing-cell",
  /// "ragged-row", "unknown-class" (not one of those known), "negative-weight", "bandwidth-range" (not above
  /// 0), "too-many-classes" (more than max_classes), "class-encoding" (not UTF-8), those of scan_delimited
  /// and scan_json_line, "gzip"; and limit error "record-too-long". Nothing non-finite is handed out.
  Index read(Points& block, Index max_rows);

  const ReadSummary& summary() const;

  /// One line for people: what was detected and why, e.g. `data.csv: CSV, delimiter ",", header, 5 columns`.
  std::string decisions() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace fm
