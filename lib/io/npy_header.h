// Headers of NumPy's .npy files: what kind of numbers follow, and how many. Format: numpy.lib.format,
// versions 1, 2 and 3, which differ in the width of the header's length and in its encoding.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/types.h"

namespace fm {

constexpr std::string_view npy_magic("\x93NUMPY", 6);

/// How a number is stored.
struct NpyType {
  enum class Kind { boolean, whole, natural, real };

  Kind kind = Kind::real;
  std::size_t size = 8;  ///< bytes
  bool big_endian = false;
  std::string word = "<f8";  ///< as the header has it
};

struct NpyHeader {
  /// A row of more columns is none.
  static constexpr Index max_columns = 1 << 19;

  NpyType type = {};
  Index rows = 0, columns = 0;  ///< an array of one dimension is a column

  std::size_t row_bytes() const { return type.size * static_cast<std::size_t>(columns); }
};

/// Bytes of `start`, those at the start of a .npy file, up to the first number; 0 if they are too few to
/// tell. Throws data errors "npy-version" and, above 64 KiB, "npy-header", for `file`.
std::size_t npy_header_size(std::string_view start, const std::string& file);

/// What the whole header says. Throws data errors "npy-header" (it is no dictionary of descr, fortran_order
/// and shape), "npy-type" (of other numbers than real ones of 4 or 8 bytes, whole ones and truth values),
/// "npy-shape" (not one or two dimensions, no columns or more than max_columns, or more bytes than any file
/// has) and "npy-order" (two columns or more, one after another).
NpyHeader parse_npy_header(std::string_view header, const std::string& file);

/// The header of `rows` rows of this machine's doubles. Its size is the same for any number of rows.
std::string npy_header(std::int64_t rows, Index columns);

}  // namespace fm
