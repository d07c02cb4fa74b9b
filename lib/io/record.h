// A record is one row of a table as text: cut into cells, not yet read as numbers. Delimited text and JSON
// Lines both come down to records; from there on they are the same.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.h"

namespace fm {

/// How a cell was written, which decides what it may mean.
enum class CellForm : std::uint8_t {
  plain,        ///< delimited text, or a bare word or number of JSON
  quoted,       ///< delimited text in quotes; may hold a number too
  json_string,  ///< text, never a number
  json_null,    ///< missing
};

/// A cell, as a view into the bytes it was read from.
struct Cell {
  std::string_view raw;     ///< without the quotes, escapes still in place
  std::uint32_t start = 0;  ///< offset of its first byte (the quote if there is one) in the record
  CellForm form = CellForm::plain;
  bool escaped = false;  ///< `raw` holds escapes
};

/// What is wrong with a record as a whole.
struct Flaw {
  std::string id;
  std::string message;
  std::size_t offset = 0;  ///< in the record
  bool fatal = false;      ///< where the next record starts is not known: the rest cannot be read
};

struct Record {
  std::string_view text;    ///< all its bytes, with the line break at the end
  std::int64_t line = 0;    ///< physical line of its first byte, from 1
  bool many_lines = false;  ///< quotes hold line breaks
  std::vector<Cell> cells;  ///< in the order of the columns
  std::vector<Cell> keys;   ///< of a JSON object, in the order of the line
  std::optional<Flaw> flaw;

  /// Notes a flaw; the first stays, unless the new one is fatal.
  void fail(std::size_t offset, std::string id, std::string message, bool fatal = false);
};

/// What is wrong with a record of a table of so many columns: its own flaw, or "ragged-row".
Flaw flaw_of(const Record& record, std::size_t columns);

/// What a byte means outside quotes.
enum class ByteClass : std::uint8_t { ordinary, separator, line_end, nul };

/// What separates cells: one character, or any run of blanks and tabs.
struct Delimiter {
  static constexpr char blank_runs = ' ';

  explicit Delimiter(char byte);

  bool is_runs() const { return byte == blank_runs; }
  ByteClass classify(char c) const { return classes[static_cast<unsigned char>(c)]; }
  /// Blanks around cells that are not part of them.
  bool is_padding(char c) const { return c == ' ' || (c == '\t' && byte != '\t'); }

  char byte;
  std::array<ByteClass, 256> classes{};
};

/// How bytes are cut into records.
struct Syntax {
  enum class Form { delimited, json_arrays, json_objects };

  Form form = Form::delimited;
  Delimiter delimiter{','};
  char comment = 0;               ///< lines that start with it are passed over; 0 for none
  std::vector<std::string> keys;  ///< of JSON objects, in the order of the columns; empty: not known yet
};

/// "JSON Lines of objects", "JSON Lines of arrays", "delimited text".
std::string form_words(Syntax::Form form);

/// The cell's text: without blanks around it, escapes resolved.
std::string cell_text(const Cell& cell);

/// Places of bytes in a record, asked for in rising order: all of them cost one pass.
class RecordPlaces {
 public:
  /// Both must live as long.
  RecordPlaces(const Record& record, const std::string& file)
      : record_(record), file_(file), line_(record.line) {}

  /// Line and byte column of the byte at `offset`, at or behind the last one asked for.
  Place at(std::size_t offset);

 private:
  const Record& record_;
  const std::string& file_;
  std::int64_t line_;
  std::size_t seen_ = 0, line_start_ = 0;
};

/// Line and byte column of the byte at `offset`.
Place place_in(const Record& record, std::size_t offset, const std::string& file);

/// Offset of the first CR or LF; the size of `bytes` if there is none.
std::size_t line_length(std::string_view bytes);

/// Length of the line break at `at`: LF, CRLF or CR; 0 if `bytes` ends after a CR and is not `whole`, so that
/// an LF may follow.
std::size_t line_break(std::string_view bytes, std::size_t at, bool whole);

/// Line breaks in `bytes`; a CRLF is one.
std::int64_t count_breaks(std::string_view bytes);

/// Cuts text that is in memory up to some point into records. Lines that are empty, blank or comments are
/// passed over. All reading, also of the sample that detection looks at, goes through here.
class RecordCursor {
 public:
  enum class Step { record, more, end };

  /// `whole`: nothing follows `bytes`. `line` is the physical line where they start.
  RecordCursor(std::string_view bytes, bool whole, std::int64_t line = 1)
      : rest_(bytes), whole_(whole), line_(line) {}

  /// The next record; `more` if the rest holds no whole record (or line to pass over), `end` after the last.
  Step next(const Syntax& syntax, Record& record);

  std::string_view rest() const { return rest_; }
  std::int64_t line() const { return line_; }

 private:
  /// Passes over one blank or comment line. nullopt: more bytes are needed to say.
  std::optional<bool> skip_line(const Syntax& syntax);

  std::string_view rest_;
  bool whole_;
  std::int64_t line_;
};

}  // namespace fm
