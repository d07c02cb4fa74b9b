// What the first records of a table look like under one syntax: the evidence from which dialect.h and
// layout.h decide.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "io/cell_reader.h"
#include "io/record.h"

namespace fm {

/// The start of a file.
struct Sample {
  std::string_view bytes;
  bool whole = false;  ///< the file ends with them; if not, a record that they cut is left out
  std::string file;
};

/// How evenly a syntax cuts the sample.
struct Shape {
  std::int64_t records = 0;
  std::size_t fields = 0;         ///< of the first record
  std::size_t first_numbers = 0;  ///< cells of the first record that are numbers
  std::int64_t agreeing = 0;      ///< records with as many
  std::int64_t single = 0;        ///< records after the first that have one field
  std::int64_t odd_line = 0;      ///< of the first record with another number
  std::size_t odd_fields = 0;     ///< that number
  std::optional<Flaw> fatal;      ///< what ends the reading
  Place fatal_place;

  /// All records have the same number of fields, two or more.
  bool even() const { return !fatal && fields >= 2 && agreeing == records; }
  /// Most have as many as the first: the others may be damaged.
  bool nearly_even() const { return !fatal && fields >= 2 && 2 * agreeing > records; }
};

Shape measure_shape(const Sample& sample, const Syntax& syntax);

/// A cell worth showing.
struct Sighting {
  std::string text;
  Place place;
};

/// How the cells of one column read.
struct ColumnKinds {
  std::int64_t filled = 0;  ///< not missing
  std::int64_t numbers = 0;
  std::int64_t comma_numbers = 0;       ///< would be numbers under a decimal comma
  std::optional<Sighting> first_text;   ///< first that is neither a number nor missing
  std::optional<Sighting> first_comma;  ///< first that is a number under a decimal comma only

  /// A column is one of numbers if half of its cells are: a slip is a bad cell, not another kind of column.
  bool numeric(bool comma) const { return !empty() && 2 * (comma ? comma_numbers : numbers) >= filled; }
  bool empty() const { return filled == 0; }
};

/// The kinds of the records of `head` followed by those of `body`.
ColumnKinds together(const ColumnKinds& head, const ColumnKinds& body);

/// The first record and the columns below it.
struct Survey {
  std::int64_t records = 0;        ///< as many fields as the first, without flaws, the first included
  std::vector<std::string> first;  ///< cells of the first record; keys for JSON objects
  std::vector<ColumnKinds> head;   ///< the first record alone
  std::vector<ColumnKinds> body;   ///< the records after it
  Place place;                     ///< where the first record starts
};

/// Throws the first record's flaw as a data error. For JSON Lines `syntax` is completed: form and keys.
Survey take_survey(const Sample& sample, Syntax& syntax, const CellReader& cells);

}  // namespace fm
