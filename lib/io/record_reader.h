// Records of a file as a stream, in bounded memory: a window of some 256 KiB slides over the bytes and grows
// only as far as one record needs, up to a declared limit.
#pragma once

#include <algorithm>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "io/byte_source.h"
#include "io/npy_rows.h"
#include "io/record.h"

namespace fm {

class RecordReader {
 public:
  /// No record may be longer. 16 MiB hold a row of 800 000 doubles; what is longer is no row but an unclosed
  /// quote or a file without line breaks.
  static constexpr std::size_t max_record = 16u << 20;

  /// Opens `path` as ByteSource does and passes over a UTF-8 byte order mark. A NumPy array is read as the
  /// text that NpyRows makes of it. Throws data errors "utf-16" and "binary-format" for what is recognised as
  /// something else than these.
  explicit RecordReader(const std::string& path);

  /// The first `bytes` bytes that next() has not passed yet, fewer only at the end of the file. Valid until
  /// the next call of a member.
  std::string_view peek(std::size_t bytes);
  /// Whether nothing follows what peek() returned last.
  bool whole() const { return at_end_; }

  /// Has so many bytes in memory for whole_lines(), if the source gives them. Where it fails instead, next()
  /// says so after what came before.
  void gather(std::size_t bytes);

  /// The next record; false at the end. `record` is valid until the next call. Throws limit error
  /// "record-too-long" and what ByteSource throws.
  bool next(const Syntax& syntax, Record& record);

  /// Whole lines from the next record on, which at least line_slack bytes follow; often, but not always, all
  /// that are in memory. Valid until the next call of a member.
  std::string_view whole_lines() const {
    return {buffer_.get() + begin_, std::max(begin_, lines_end_) - begin_};
  }
  static constexpr std::size_t line_slack = 32;
  /// Passes over so many bytes of whole_lines(), which are so many lines.
  void pass(std::size_t bytes, std::int64_t lines);

  /// What it is, where it is a NumPy array.
  const NpyHeader* array() const { return array_ ? &array_->header() : nullptr; }
  /// Rows of an array from the next record on, each a column; often, but not always, there are some. Valid
  /// until the next call of a member.
  PointsIn array_rows();
  /// Passes over so many of array_rows().
  void pass_array_rows(Index count);

  [[noreturn]] static void throw_too_long(Place place);

  const std::string& name() const { return source_.name(); }
  bool compressed() const { return source_.compressed(); }

 private:
  std::string_view window() const { return {buffer_.get() + begin_, end_ - begin_}; }
  void fill(std::size_t more);
  void read_source(std::size_t wanted);
  void rethrow_failure() const;
  void find_lines();

  ByteSource source_;
  std::optional<NpyRows> array_;  // over the source
  std::unique_ptr<char[]> buffer_;
  std::size_t size_;                 // of the buffer
  std::size_t begin_ = 0, end_ = 0;  // the window: what of the buffer is not passed yet
  std::size_t lines_end_ = 0;        // of whole_lines()
  bool at_end_ = false;              // of the source
  std::exception_ptr failure_;       // of the source, behind the window
  std::int64_t line_ = 1;            // where the window starts
};

}  // namespace fm
