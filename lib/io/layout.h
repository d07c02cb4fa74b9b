// What the records of a table mean: whether the first one holds names, and which columns are used. Decided
// from a survey; nothing is guessed that it does not prove.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "io/survey.h"
#include "io/table_options.h"

namespace fm {

struct Layout {
  bool has_names = false;
  bool skip_first = false;               ///< the first record holds the names
  std::string header_reason = {};        ///< why it does or does not, for people
  std::vector<std::string> names;        ///< of all columns; "x1", "x2", ... where the table has none
  std::vector<std::size_t> selected;     ///< columns in use, in the order of use
  std::vector<std::size_t> labels;       ///< columns of labels, in the order of use
  std::vector<bool> text_labels;         ///< of each: whether it holds classes
  std::optional<std::size_t> weight;     ///< the column of weights
  std::optional<std::size_t> bandwidth;  ///< the column of bandwidths
  bool all_numbers = false;              ///< so far no cell of theirs is text
  bool any_numbers = false;              ///< so far some column of theirs is one of numbers
  bool decimal_comma = false;            ///< so far all of them would be numbers under a decimal comma too
};

/// Decides the layout under one syntax.
///
/// Header (auto): yes if some column is text in the first record and numbers below, or if the first record
/// holds all `wanted` names; no if each column is in the first record what it is below and at least one is
/// numbers; yes for a single record of text; else data error "header-ambiguous". Columns: by the rule at
/// TableReader. All but labels must be numbers; without `wanted` they must have different names. A label of
/// an unknown kind holds classes if any of its cells is text: names of classes may look like numbers. Rows
/// that are wanted as text may have any columns, two of one name too.
///
/// Throws data errors "header-ambiguous", "text-column", "no-numeric-column", "duplicate-column",
/// "name-encoding", "missing-column", "column-ambiguous", "column-count", "csv-number" (numbers under a
/// decimal comma; the hint says so), usage errors "column-twice", "no-columns", "one-weight" (--weight names
/// several columns), "weight-selected" (-c names it too, or it is wanted as one of the points'),
/// "weight-condition" (--condition names it too), the same three of "bandwidth", "bandwidth-weight" (one
/// column for both), and those of resolve_columns.
Layout decide_layout(const Survey& survey, const Syntax& syntax, const ReadOptions& options,
                     const WantedColumns& wanted);

/// What to write after -d for this delimiter, fit for a shell.
std::string delimiter_word(char delimiter);

/// The hint for cells that would be numbers if commas were decimal marks.
std::string comma_hint(const Syntax& syntax);

}  // namespace fm
