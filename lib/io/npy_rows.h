// Rows of a NumPy array as a stream, in bounded memory: as doubles for whom numbers will do, as delimited
// text for whatever else reads tables, so that an array is read wherever text is. Both take from the same
// rows.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "core/types.h"
#include "io/byte_source.h"
#include "io/npy_header.h"

namespace fm {

class NpyRows {
 public:
  /// `start` are the bytes of the file that were read from `source` already, its magic included. Throws what
  /// npy_header_size() and parse_npy_header() throw, and data error "npy-header" if the file ends before.
  NpyRows(std::string_view start, ByteSource& source);

  const NpyHeader& header() const { return header_; }

  /// Rows from the next one on, each a column (D, up to some 64 KiB of numbers); none at the end, and none
  /// where the next one is given as text in part. Whole numbers beyond 2^53 are rounded to doubles. Valid
  /// until the next call. `source` is that of the constructor. Throws data errors "npy-truncated" and
  /// "npy-trailing", where there are fewer or more bytes than the header says, and what `source` throws.
  PointsIn rows(ByteSource& source);
  /// Passes over so many of rows().
  void pass(Index count) { begin_ += count; }

  /// The next rows as lines of CSV without a header, at most 16 KiB of them; 0 at the end. A NaN is written
  /// so, which is a cell that is missing.
  std::size_t read_text(ByteSource& source, char* into, std::size_t size);

 private:
  std::string_view raw(ByteSource& source, std::size_t bytes);
  void refill(ByteSource& source);
  void append_line();

  NpyHeader header_;
  std::string bytes_;  // of the file, not passed yet from raw_begin_ on
  std::size_t raw_begin_ = 0;
  Index unread_ = 0;            // rows that are not in values_ yet
  Points values_;               // (D, rows at once)
  Index begin_ = 0, end_ = 0;   // rows of values_ that are not passed yet
  std::string text_;            // a line
  std::size_t text_begin_ = 0;  // what of it is not given yet
};

}  // namespace fm
