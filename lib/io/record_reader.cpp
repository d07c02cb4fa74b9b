#include "io/record_reader.h"

#include <algorithm>
#include <cstring>

#include "core/error.h"

namespace fm {

namespace {

constexpr std::size_t block_bytes = 256 << 10;

struct Signature {
  std::string_view bytes;
  const char* id;
  const char* what;
  const char* hint;
};
using namespace std::string_view_literals;
constexpr Signature signatures[] = {
    {"\xff\xfe"sv, "utf-16", "UTF-16 text", "make it UTF-8: iconv -f UTF-16 -t UTF-8"},
    {"\xfe\xff"sv, "utf-16", "UTF-16 text", "make it UTF-8: iconv -f UTF-16 -t UTF-8"},
    {"PK\x03\x04"sv, "binary-format", "a zip archive or a spreadsheet", "unpack it, or save it as CSV"},
    {"\xfd"sv
     "7zXZ"sv,
     "binary-format", "xz data", "unpack it: xz -dc"},
    {"\x28\xb5\x2f\xfd"sv, "binary-format", "zstd data", "unpack it: zstd -dc"},
    {"BZh"sv, "binary-format", "bzip2 data", "unpack it: bzip2 -dc"},
};
constexpr std::string_view utf8_mark = "\xef\xbb\xbf";

}  // namespace

RecordReader::RecordReader(const std::string& path)
    : source_(path),
      buffer_(std::make_unique_for_overwrite<char[]>(2 * block_bytes)),
      size_(2 * block_bytes) {
  const std::string_view start = peek(8);  // longer than every signature
  for (const Signature& signature : signatures)
    if (start.starts_with(signature.bytes))
      throw data_error(signature.id, std::string("this is ") + signature.what + ", not a table of text",
                       {name()}, signature.hint);
  if (start.starts_with(utf8_mark)) begin_ += utf8_mark.size();
  if (!start.starts_with(npy_magic)) return;
  array_.emplace(window(), source_);
  begin_ = end_ = 0;
  at_end_ = false;
}

void RecordReader::fill(std::size_t more) {
  const std::size_t kept = end_ - begin_;
  // Memory is not cleared: a small file shall not touch the pages of a large one.
  std::unique_ptr<char[]> larger;
  if (size_ < kept + more) larger = std::make_unique_for_overwrite<char[]>(size_ = kept + more);
  std::memmove(larger ? larger.get() : buffer_.get(), buffer_.get() + begin_, kept);
  if (larger) buffer_ = std::move(larger);
  begin_ = 0;
  end_ = kept;
  read_source(kept + more);
  find_lines();
}

/// Reads until the window has `wanted` bytes or the source fails.
void RecordReader::read_source(std::size_t wanted) {
  try {
    while (end_ < wanted && !at_end_) {
      char* const into = buffer_.get() + end_;
      const std::size_t count =
          array_ ? array_->read_text(source_, into, size_ - end_) : source_.read(into, size_ - end_);
      at_end_ = count == 0;
      end_ += count;
    }
  } catch (const Error&) {
    failure_ = std::current_exception();
  }
}

void RecordReader::find_lines() {
  lines_end_ = 0;
  if (end_ < line_slack || end_ > max_record) return;  // of records that may be too long, next() judges
  const std::size_t last = std::string_view(buffer_.get(), end_ - line_slack).rfind('\n');
  if (last != std::string_view::npos) lines_end_ = last + 1;
}

void RecordReader::pass(std::size_t bytes, std::int64_t lines) {
  begin_ += bytes;
  line_ += lines;
}

std::string_view RecordReader::peek(std::size_t bytes) {
  gather(bytes);
  rethrow_failure();
  return window();
}

void RecordReader::rethrow_failure() const {
  if (failure_) std::rethrow_exception(failure_);
}

void RecordReader::gather(std::size_t bytes) {
  if (window().size() < bytes && !at_end_ && !failure_) fill(bytes - window().size());
}

PointsIn RecordReader::array_rows() {
  if (!array_ || begin_ < end_) return Points();
  return array_->rows(source_);
}

void RecordReader::pass_array_rows(Index count) {
  array_->pass(count);
  line_ += count;
}

bool RecordReader::next(const Syntax& syntax, Record& record) {
  for (;;) {
    RecordCursor cursor(window(), at_end_, line_);
    const RecordCursor::Step step = cursor.next(syntax, record);
    begin_ = end_ - cursor.rest().size();
    line_ = cursor.line();
    if (step == RecordCursor::Step::record && record.text.size() <= max_record) return true;
    if (step == RecordCursor::Step::end) return false;
    const std::size_t unread = window().size();
    if (step == RecordCursor::Step::record) throw_too_long({name(), record.line, 1});
    if (unread >= max_record) throw_too_long({name(), line_, 1});
    rethrow_failure();
    // At least as much again, so that the bytes of a long record are looked at twice on average, not once for
    // each read.
    fill(std::max<std::size_t>(unread, 1));
  }
}

void RecordReader::throw_too_long(Place place) {
  throw limit_error("record-too-long", "a record of more than 16 MiB starts here", std::move(place),
                    "a quote that is opened but not closed makes one record of all that follows");
}

}  // namespace fm
