#include "io/json_lines.h"

#include <algorithm>
#include <unordered_set>

#include "core/json.h"

namespace fm {

namespace {

/// Parses one line. Each step returns false after it has noted a flaw.
class Scan {
 public:
  Scan(std::string_view line, Record& record) : line_(line), record_(record) {}

  bool run(bool object) {
    blanks();
    const char open = object ? '{' : '[';
    const char close = object ? '}' : ']';
    if (!take(open)) {
      if (peek() == '{' || peek() == '[')
        return fail("json-mixed", object ? "an array among objects" : "an object among arrays");
      return fail("json-record", "neither an object nor an array");
    }
    blanks();
    if (!take(close)) {
      for (;;) {
        if (object && !key()) return false;
        if (!value()) return false;
        blanks();
        if (take(close)) break;
        if (!take(',')) return fail("json-record", std::string("\",\" or \"") + close + "\" is missing here");
      }
    }
    blanks();
    return at_ == line_.size() || fail("json-record", "text after the end of the record");
  }

 private:
  char peek() const { return at_ < line_.size() ? line_[at_] : '\0'; }
  bool take(char c) { return peek() == c && at_ < line_.size() ? ++at_, true : false; }
  void blanks() {
    while (peek() == ' ' || peek() == '\t') ++at_;
  }
  bool fail(const char* id, std::string message) {
    record_.fail(at_, id, std::move(message));
    return false;
  }

  bool key() {
    blanks();
    if (peek() != '"') return fail("json-record", "a key in quotes is missing here");
    Cell cell;
    if (!string(cell)) return false;
    record_.keys.push_back(cell);
    blanks();
    return take(':') || fail("json-record", "\":\" is missing here");
  }

  bool value() {
    blanks();
    Cell cell;
    if (peek() == '"') {
      if (!string(cell)) return false;
    } else if (peek() == '{' || peek() == '[') {
      return fail("json-nested", "an object or array inside a record");
    } else if (!word(cell)) {
      return false;
    }
    record_.cells.push_back(cell);
    return true;
  }

  bool string(Cell& cell) {
    const std::size_t start = at_++;
    for (; peek() != '"'; ++at_) {
      if (at_ >= line_.size()) return at_ = start, fail("json-record", "a string that is never closed");
      if (static_cast<unsigned char>(peek()) < 0x20)
        return fail("json-record", "a control character in a string");
      if (peek() == '\\') cell.escaped = true, ++at_;
    }
    cell.raw = line_.substr(start + 1, at_ - start - 1);
    cell.start = static_cast<std::uint32_t>(start);
    cell.form = CellForm::json_string;
    ++at_;
    if (cell.escaped && !Json::accept('"' + std::string(cell.raw) + '"'))
      return at_ = start, fail("json-record", "a string with an escape that JSON does not have");
    return true;
  }

  /// A number or one of JSON's words; NaN and Infinity, which JSON lacks but Python writes, are let through
  /// to be judged as cells.
  bool word(Cell& cell) {
    const std::size_t start = at_;
    const auto ends = [](char c) {
      return c == ',' || c == ']' || c == '}' || c == ':' || c == '"' || c == ' ' || c == '\t';
    };
    while (at_ < line_.size() && !ends(line_[at_])) ++at_;
    cell.raw = line_.substr(start, at_ - start);
    cell.start = static_cast<std::uint32_t>(start);
    if (cell.raw == "null")
      cell.form = CellForm::json_null;
    else if (cell.raw == "true" || cell.raw == "false")
      cell.form = CellForm::json_string;
    else if (cell.raw.empty() || !(cell.raw == "NaN" || cell.raw == "Infinity" || cell.raw[0] == '-' ||
                                   (cell.raw[0] >= '0' && cell.raw[0] <= '9')))
      return at_ = start, fail("json-record", "a value is missing here");
    return true;
  }

  std::string_view line_;
  std::size_t at_ = 0;
  Record& record_;
};

/// Names of the record's keys; notes a key that stands twice.
std::vector<std::string> key_names(Record& record) {
  std::vector<std::string> names;
  std::unordered_set<std::string> seen;
  for (const Cell& key : record.keys) {
    names.push_back(key.escaped ? cell_text(key) : std::string(key.raw));
    if (!seen.insert(names.back()).second)
      record.fail(key.start, "json-duplicate-key", "key " + in_quotes(names.back()) + " stands twice");
  }
  return names;
}

/// Puts the cells into the order of `keys`.
void arrange(Record& record, const std::vector<std::string>& keys) {
  const auto same = [](const Cell& cell, const std::string& key) { return !cell.escaped && cell.raw == key; };
  if (std::equal(record.keys.begin(), record.keys.end(), keys.begin(), keys.end(), same)) return;
  const std::vector<std::string> names = key_names(record);
  if (record.flaw) return;
  std::vector<Cell> cells;
  for (const std::string& key : keys) {
    const auto found = std::find(names.begin(), names.end(), key);
    if (found == names.end()) return record.fail(0, "json-keys", "key " + in_quotes(key) + " is missing");
    cells.push_back(record.cells[static_cast<std::size_t>(found - names.begin())]);
  }
  for (std::size_t i = 0; i < names.size(); ++i)
    if (std::find(keys.begin(), keys.end(), names[i]) == keys.end())
      return record.fail(record.keys[i].start, "json-keys",
                         "key " + in_quotes(names[i]) + " is not in the first record");
  record.cells = std::move(cells);
}

}  // namespace

std::size_t scan_json_line(std::string_view bytes, bool whole, const Syntax& syntax, Record& record) {
  const std::size_t end = line_length(bytes);
  if (end == bytes.size() && !whole) return 0;
  const std::size_t length = end == bytes.size() ? 0 : line_break(bytes, end, whole);
  if (end < bytes.size() && length == 0) return 0;
  const std::string_view line = bytes.substr(0, end);
  const bool object = syntax.form == Syntax::Form::json_objects;
  if (const std::size_t at = line.find('\0'); at != std::string_view::npos)
    record.fail(at, "nul-byte", "a NUL byte: this is no text", true);
  else if (Scan(line, record).run(object) && object) {
    if (syntax.keys.empty())
      key_names(record);
    else
      arrange(record, syntax.keys);
  }
  return end + length;
}

}  // namespace fm
