#include "io/rows_ahead.h"

#include <algorithm>

#include "core/parallel.h"

namespace fm {

namespace {

constexpr std::size_t piece_bytes = 64 << 10;  // its numbers stay in the L2 cache; amortises the hand-over
constexpr std::size_t most_pieces = 16;        // so that waking the threads is a small part of the work

}  // namespace

Index RowsAhead::take(RecordReader& records, Index wanted, std::vector<double>& values) {
  if (piece_ == accepted_ && records.array()) {
    const Index rows = take_array(records, wanted, values);
    if (rows > 0) return rows;
  }
  if (piece_ == accepted_) read(records);
  if (piece_ == accepted_) return 0;
  const Piece& piece = pieces_[piece_];
  const std::int64_t rows = std::min<std::int64_t>(wanted, piece.passed.rows - row_);
  const auto width = static_cast<std::int64_t>(rows_.width());
  const double* const from = piece.values.data() + row_ * width;
  values.insert(values.end(), from, from + rows * width);
  row_ += rows;
  if (row_ == piece.passed.rows) ++piece_, row_ = 0;
  return rows;
}

Index RowsAhead::take_array(RecordReader& records, Index wanted, std::vector<double>& values) const {
  const PointsIn array = records.array_rows();
  const Index rows = rows_.take(array.leftCols(std::min(wanted, array.cols())), values);
  if (rows > 0) records.pass_array_rows(rows);
  return rows;
}

/// Cuts the start of `lines` into at most pieces_at_once_ pieces of whole lines; returns how many.
std::size_t RowsAhead::cut(std::string_view lines) {
  std::size_t count = 0;
  for (; count < pieces_at_once_ && !lines.empty(); ++count) {
    if (count == pieces_.size()) pieces_.emplace_back();
    const std::size_t last = std::min(piece_bytes, lines.size()) - 1;
    const std::size_t size = lines.find('\n', last) + 1;
    pieces_[count].lines = lines.substr(0, size);
    lines.remove_prefix(size);
  }
  return count;
}

void RowsAhead::read(RecordReader& records) {
  accepted_ = piece_ = 0;
  if (pieces_at_once_ > 1 && !records.array()) records.gather(pieces_at_once_ * piece_bytes);
  const std::size_t count = cut(records.whole_lines());
  parallel_chunks(static_cast<Index>(count), 1, [&](Index begin, Index, Index) {
    Piece& piece = pieces_[static_cast<std::size_t>(begin)];
    const std::size_t most_rows = rows_.most_rows(piece.lines.size());
    if (piece.values.size() < most_rows * rows_.width()) piece.values.resize(most_rows * rows_.width());
    piece.passed = rows_.read(piece.lines, piece.values.data(), static_cast<std::int64_t>(most_rows));
  });
  bool whole = true;
  for (std::size_t k = 0; k < count && whole; ++k) {
    const Piece& piece = pieces_[k];
    records.pass(piece.passed.bytes, piece.passed.rows);
    accepted_ += piece.passed.rows > 0;
    whole = piece.passed.bytes == piece.lines.size();
  }
  // Where other rows are frequent, most of what follows one would be read again.
  pieces_at_once_ = whole && threads() > 1 ? std::min(2 * pieces_at_once_, most_pieces) : 1;
}

}  // namespace fm
