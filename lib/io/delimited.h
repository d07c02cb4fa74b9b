// Records of delimited text after RFC 4180: cells between delimiters, quotes around cells that hold
// delimiters or line breaks, two quotes for one. Beyond the RFC: any delimiter, blanks around cells, and a
// quote inside a cell that does not start with one stands for itself.
#pragma once

#include <cstddef>
#include <string_view>

#include "io/record.h"

namespace fm {

/// Cuts the record at the start of `bytes` into record.cells and returns its length with the line break; 0
/// if `bytes` holds no whole record and is not `whole`. `bytes` is not empty. Flaws: "csv-quote", "nul-byte".
std::size_t scan_delimited(std::string_view bytes, bool whole, const Syntax& syntax, Record& record);

}  // namespace fm
