#include "io/npy_rows.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>

#include "core/error.h"
#include "core/write_number.h"

namespace fm {

namespace {

constexpr std::size_t block_bytes = 64 << 10;  // of rows at once, beside their doubles in the L2 cache
constexpr std::size_t text_bytes = 16 << 10;   // after which rows() is tried again

template <class Number>
void convert(const char* bytes, std::size_t count, double* values) {
  for (std::size_t k = 0; k < count; ++k) {
    Number number;
    std::memcpy(&number, bytes + k * sizeof number, sizeof number);
    values[k] = static_cast<double>(number);
  }
}

void convert_wholes(std::size_t size, const char* bytes, std::size_t count, double* values) {
  if (size == 1) return convert<std::int8_t>(bytes, count, values);
  if (size == 2) return convert<std::int16_t>(bytes, count, values);
  if (size == 4) return convert<std::int32_t>(bytes, count, values);
  convert<std::int64_t>(bytes, count, values);
}

void convert_naturals(std::size_t size, const char* bytes, std::size_t count, double* values) {
  if (size == 1) return convert<std::uint8_t>(bytes, count, values);
  if (size == 2) return convert<std::uint16_t>(bytes, count, values);
  if (size == 4) return convert<std::uint32_t>(bytes, count, values);
  convert<std::uint64_t>(bytes, count, values);
}

/// Numbers of this machine's order of bytes as doubles.
void convert(const NpyType& type, const char* bytes, std::size_t count, double* values) {
  switch (type.kind) {
    case NpyType::Kind::real:
      if (type.size == 4) return convert<float>(bytes, count, values);
      return convert<double>(bytes, count, values);
    case NpyType::Kind::whole:
      return convert_wholes(type.size, bytes, count, values);
    case NpyType::Kind::natural:
      return convert_naturals(type.size, bytes, count, values);
    case NpyType::Kind::boolean:
      for (std::size_t k = 0; k < count; ++k) values[k] = bytes[k] != 0;
  }
}

void append_cell(double value, std::string& text) {
  char cell[shortest_room];
  if (std::isnan(value))
    text += "NaN";
  else if (std::isinf(value))
    text += value < 0 ? "-inf" : "inf";
  else
    text.append(cell, write_decimal(cell, value));
}

}  // namespace

NpyRows::NpyRows(std::string_view start, ByteSource& source) : bytes_(start) {
  std::size_t size = 0;
  for (std::size_t wanted = npy_magic.size() + 6; size == 0 || wanted < size;) {
    if (size > 0) wanted = size;
    if (raw(source, wanted).size() < wanted)
      throw data_error("npy-header", "the NumPy array ends within its header", {source.name()});
    size = npy_header_size(raw(source, wanted), source.name());
  }
  header_ = parse_npy_header(raw(source, size).substr(0, size), source.name());
  raw_begin_ += size;
  unread_ = header_.rows;
  const auto rows_at_once = std::max<std::size_t>(1, block_bytes / header_.row_bytes());
  values_.resize(header_.columns, static_cast<Index>(rows_at_once));
}

/// At least the next `bytes` bytes of the file, fewer only at its end.
std::string_view NpyRows::raw(ByteSource& source, std::size_t bytes) {
  if (bytes_.size() - raw_begin_ < bytes) {
    bytes_.erase(0, raw_begin_);
    raw_begin_ = 0;
    std::size_t size = bytes_.size();
    bytes_.resize(std::max(bytes, block_bytes));
    while (size < bytes) {
      const std::size_t count = source.read(bytes_.data() + size, bytes_.size() - size);
      if (count == 0) break;
      size += count;
    }
    bytes_.resize(size);
  }
  return std::string_view(bytes_).substr(raw_begin_);
}

/// The next rows into values_.
void NpyRows::refill(ByteSource& source) {
  begin_ = end_ = 0;
  if (unread_ == 0) {
    if (!raw(source, 1).empty())
      throw data_error("npy-trailing", "the NumPy array is followed by other bytes", {source.name()},
                       "one array a file: numpy.save");
    return;
  }
  const std::size_t row_bytes = header_.row_bytes();
  const auto wanted = static_cast<std::size_t>(std::min(unread_, values_.cols()));
  const std::size_t rows = std::min(wanted, raw(source, wanted * row_bytes).size() / row_bytes);
  if (rows == 0)
    throw data_error("npy-truncated",
                     "the NumPy array ends in row " + std::to_string(header_.rows - unread_ + 1) + " of " +
                         std::to_string(header_.rows),
                     {source.name()}, "was the program that wrote it broken off?");
  char* const bytes = bytes_.data() + raw_begin_;
  const NpyType& type = header_.type;
  if (type.big_endian != (std::endian::native == std::endian::big) && type.size > 1)
    for (char* at = bytes; at < bytes + rows * row_bytes; at += type.size) std::reverse(at, at + type.size);
  convert(type, bytes, rows * static_cast<std::size_t>(header_.columns), values_.data());
  raw_begin_ += rows * row_bytes;
  end_ = static_cast<Index>(rows);
  unread_ -= end_;
}

PointsIn NpyRows::rows(ByteSource& source) {
  if (text_begin_ < text_.size()) return values_.leftCols(0);
  if (begin_ == end_) refill(source);
  return values_.middleCols(begin_, end_ - begin_);
}

void NpyRows::append_line() {
  const auto row = values_.col(begin_++);
  for (Index column = 0; column < row.size(); ++column) {
    if (column > 0) text_ += ',';
    append_cell(row[column], text_);
  }
  text_ += '\n';
}

std::size_t NpyRows::read_text(ByteSource& source, char* into, std::size_t size) {
  size = std::min(size, text_bytes);
  std::size_t given = 0;
  while (given < size) {
    if (text_begin_ == text_.size()) {
      text_.clear();
      text_begin_ = 0;
      if (begin_ == end_ && given > 0) break;  // an error of what follows is for the next call
      if (begin_ == end_) refill(source);
      if (begin_ == end_) break;
      append_line();
    }
    const std::size_t count = std::min(size - given, text_.size() - text_begin_);
    std::memcpy(into + given, text_.data() + text_begin_, count);
    text_begin_ += count;
    given += count;
  }
  return given;
}

}  // namespace fm
