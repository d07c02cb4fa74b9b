// Rows of numbers read ahead of their use, by all threads. Lines are cut into pieces that are read beside
// each other, on trial: a piece counts only if each piece before it is rows of numbers to its end, for
// elsewhere a quote may have opened that makes its lines no rows. So rows and places do not depend on the
// threads.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "core/types.h"
#include "io/number_rows.h"
#include "io/record_reader.h"

namespace fm {

class RowsAhead {
 public:
  explicit RowsAhead(NumberRows rows) : rows_(std::move(rows)) {}

  /// Appends to `values` the next rows of `records` that are all numbers, between 1 and `wanted`; returns how
  /// many. 0 where the next record is another or lies at the end of what is in memory: it is for
  /// records.next(). Memory: 1 MiB of text and its numbers; one piece of 64 KiB if there is one thread.
  Index take(RecordReader& records, Index wanted, std::vector<double>& values);

 private:
  struct Piece {
    std::string_view lines;
    std::vector<double> values;  // room; what of it is read is said by `passed`
    NumberRows::Passed passed;
  };

  Index take_array(RecordReader& records, Index wanted, std::vector<double>& values) const;
  void read(RecordReader& records);
  std::size_t cut(std::string_view lines);

  NumberRows rows_;
  std::vector<Piece> pieces_;
  std::size_t accepted_ = 0;        // pieces whose rows count
  std::size_t piece_ = 0;           // that of the next row
  std::int64_t row_ = 0;            // the next row in it
  std::size_t pieces_at_once_ = 1;  // to be tried next
};

}  // namespace fm
