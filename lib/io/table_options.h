// How tables are read and written, as described options: the same words in every tool.
#pragma once

#include <array>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "core/fields.h"

namespace fm {

enum class TableFormat { automatic, csv, tsv, jsonl, npy };
constexpr auto enum_names(TableFormat) {
  using enum TableFormat;
  return std::array{std::pair{automatic, "auto"}, std::pair{csv, "csv"}, std::pair{tsv, "tsv"},
                    std::pair{jsonl, "jsonl"}, std::pair{npy, "npy"}};
}

enum class HeaderPolicy { automatic, yes, no };
constexpr auto enum_names(HeaderPolicy) {
  using enum HeaderPolicy;
  return std::array{std::pair{automatic, "auto"}, std::pair{yes, "yes"}, std::pair{no, "no"}};
}

enum class MissingPolicy { error, drop };
constexpr auto enum_names(MissingPolicy) {
  using enum MissingPolicy;
  return std::array{std::pair{error, "error"}, std::pair{drop, "drop"}};
}

enum class BadRowPolicy { error, skip };
constexpr auto enum_names(BadRowPolicy) {
  using enum BadRowPolicy;
  return std::array{std::pair{error, "error"}, std::pair{skip, "skip"}};
}

/// Options of reading. Nothing here is guessed that the content does not prove; see table_reader.h.
struct ReadOptions {
  TableFormat input_format = TableFormat::automatic;
  std::string delimiter = {};  // "" finds it; one character, or "tab", "blank" or " " (runs of blanks)
  HeaderPolicy header = HeaderPolicy::automatic;
  std::string columns = {};  // -c: names, 1-based numbers, ranges, comma-separated; "" takes all
  std::string exclude = {};  // -x: the same grammar
  std::string na =
      ",NA,NaN,null,?";       // comma-separated words that mean "missing"; the empty word is one of them
  std::string decimal = ".";  // decimal mark
  MissingPolicy missing = MissingPolicy::error;
  BadRowPolicy bad_rows = BadRowPolicy::error;
  std::string comment = {};  // lines that start with this character are passed over; "" for none

  static constexpr auto fields() {
    using O = ReadOptions;
    constexpr auto group = "Reading";
    return std::tuple{
        field("input_format", &O::input_format, "format of the input").in(group),
        field("delimiter", &O::delimiter, "field separator: a character, tab or blank (default: found)")
            .flag('d')
            .shown_as("C")
            .in(group),
        field("header", &O::header, "whether the first record holds names").in(group),
        field("columns", &O::columns, "columns to use: names, numbers from 1, ranges")
            .flag('c')
            .shown_as("LIST")
            .in(group),
        field("exclude", &O::exclude, "columns to leave out").flag('x').shown_as("LIST").in(group),
        field("na", &O::na, "cells that count as missing").shown_as("LIST").in(group),
        field("decimal", &O::decimal, "decimal mark").shown_as("C").in(group),
        field("missing", &O::missing, "what to do with missing cells").in(group),
        field("bad_rows", &O::bad_rows, "what to do with rows that cannot be read").in(group),
        field("comment", &O::comment, "pass over lines that start with this character")
            .shown_as("C")
            .in(group)};
  }
};

/// A column that says of what kind a row is: numbers, or texts as classes, for which their places in a list
/// stand.
struct LabelColumn {
  std::string name;
  std::vector<std::string> classes = {};  ///< the texts of classes 0, 1, ...; empty: the column holds numbers
};
/// A column of more different texts holds no classes but names or notes.
constexpr std::size_t max_classes = 256;

/// The columns that a table is read for: those of a model, or of the table that it is to be compared with.
/// How they are found is said at TableReader.
struct WantedColumns {
  std::vector<std::string> names = {};  ///< in the order that is wanted; empty: all that are selected
  bool has_names = true;                ///< false: made up from the columns' places
  /// -c and -x have selected these columns in their own table. Here they apply only where columns are taken
  /// in order, and only if they leave as many.
  bool selected_elsewhere = false;
  /// Columns to be read after the others, of numbers or text: a list like that of -c, ...
  std::string labels = {};
  /// ... or columns whose kinds and classes are known, found by name. Never both. Neither -c nor -x has a
  /// say, and no label is one of the others.
  std::vector<LabelColumn> known_labels = {};
  /// The column of the rows' weights, by name or number as in -c; "": none. It is none of the others, not
  /// even by -c, and is read after them. With `weight_may_miss` a table without such a column has no weights.
  std::string weight = {};
  bool weight_may_miss = false;
  /// -c and -x have a say in the column of weights as in any other: where they leave it out, there are none.
  bool weight_by_selection = false;
  /// The column of the rows' bandwidths (flow/adaptive_path.h), found and kept apart like that of weights; ""
  /// if there is none.
  std::string bandwidth = {};
  /// The rows are wanted as text: selected columns may hold anything and have any names.
  bool as_text = false;
};

/// Options of writing.
struct WriteOptions {
  TableFormat format = TableFormat::automatic;  // auto: by the output's name, else CSV
  std::string precision = "shortest";           // or the number of significant digits

  static constexpr auto fields() {
    using O = WriteOptions;
    constexpr auto group = "Output";
    return std::tuple{
        field("format", &O::format, "format of the output").flag('f').unstored().in(group),
        field("precision", &O::precision, "digits of numbers: shortest that reads back the same, or how many")
            .shown_as("N")
            .unstored()
            .in(group)};
  }
};

}  // namespace fm
