// Cells as they are written: with the bytes that they were read with wherever the format can hold them.
#pragma once

#include <string>
#include <string_view>

#include "io/record.h"

namespace fm {

/// `content` for delimited text, in quotes after RFC 4180 if it holds the separator, a quote or a line break,
/// or if a reader would take it for something else: blanks at its ends for padding, "{" or "[" at its start
/// for JSON.
std::string delimited_cell(const std::string& content, char separator);

/// Appends what delimited_cell() makes of the cell's content to `out`.
void append_delimited(const Cell& cell, char separator, std::string& out);

/// Whether `text` is a number as JSON writes them: no "+1", ".5", "1.", "007", "inf".
bool is_json_number(std::string_view text);

/// `cell`, of the row `line`, as a JSON value. Cells of JSON keep their bytes (NaN and Infinity, which JSON
/// lacks, become strings). Of delimited text a number that is_json_number() keeps its bytes, quoted or not,
/// an empty cell is null, all else a string. Throws data error "cell-encoding" for what is not UTF-8, at
/// `place`.
std::string json_cell(const Cell& cell, std::string_view line, const Place& place);

/// Appends the same to `out`.
void append_json(const Cell& cell, std::string_view line, const Place& place, std::string& out);

}  // namespace fm
