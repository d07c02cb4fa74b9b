// Which syntax a table is written in, found from its first records alone (never from the file's name).
#pragma once

#include <string>
#include <vector>

#include "io/layout.h"
#include "io/record_reader.h"
#include "io/table_options.h"

namespace fm {

struct Dialect {
  Syntax syntax;
  Layout layout;
  std::string reason = {};  ///< why the format and the delimiter are these, for people
  std::string array = {};   ///< NumPy's word for the numbers of an array, whose rows are the text; else ""
};

/// "NumPy array", or form_words() of the syntax.
std::string form_words(const Dialect& dialect);

/// Looks at the first MiB (more only if it holds no whole record) and takes nothing from `records`.
///
/// Format: options.input_format; if that is auto, a NumPy array by its magic, JSON Lines if the first byte of
/// the first record is "{" or "[", else delimited text. "csv" is delimited text with any delimiter, "tsv" has
/// tabs.
///
/// Delimiter: options.delimiter, or a candidate (, ; tab | and runs of blanks; no comma with --decimal ,)
/// that cuts all records into the same number, two or more, of fields. If several do, the only one under
/// which the selected columns are numbers; blanks do not compete with a tab that makes the same fields. If
/// none does and all records have one field, the table is one column. If none does and one candidate cuts
/// most records like the first, that one, and the odd records are reported as they are read.
///
/// Throws data errors "empty-file", "nul-byte", "csv-quote", "delimiter-ambiguous", "delimiter-unknown",
/// "npy-header" (npy is asked for, and this is none), "binary-format" (the other way round), usage errors
/// "delimiter", "comment", "jsonl-option", "npy-option", and those of decide_layout.
Dialect detect_dialect(RecordReader& records, const ReadOptions& options, const WantedColumns& wanted);

}  // namespace fm
