#include "io/delimited.h"

#include <cstring>

namespace fm {

namespace {

class Scan {
 public:
  Scan(std::string_view bytes, bool whole, const Syntax& syntax, Record& record)
      : begin_(bytes.data()),
        at_(begin_),
        end_(begin_ + bytes.size()),
        whole_(whole),
        delimiter_(syntax.delimiter),
        record_(record) {}

  std::size_t run() {
    for (;;) {
      skip_padding();
      const bool tail = delimiter_.is_runs() && !record_.cells.empty() &&
                        (at_ == end_ || delimiter_.classify(*at_) == ByteClass::line_end);
      if (!tail && !cell()) return 0;
      if (at_ == end_) return whole_ ? length() : 0;
      switch (delimiter_.classify(*at_)) {
        case ByteClass::line_end: {
          const std::size_t size =
              line_break({begin_, static_cast<std::size_t>(end_ - begin_)}, length(), whole_);
          return size == 0 ? 0 : length() + size;
        }
        case ByteClass::nul:
          record_.fail(length(), "nul-byte", "a NUL byte: this is no text", true);
          return length() + 1;
        default:
          if (!delimiter_.is_runs()) ++at_;
      }
    }
  }

 private:
  std::size_t length() const { return static_cast<std::size_t>(at_ - begin_); }

  /// Reads the cell that starts here and stops after it; false if it does not end in these bytes.
  bool cell() {
    if (at_ < end_ && *at_ == '"') return quoted_cell();
    const char* start = at_;
    skip_ordinary();
    add(start, start, at_, CellForm::plain, false);
    return true;
  }

  void skip_padding() {
    while (at_ < end_ && delimiter_.is_padding(*at_)) ++at_;
  }
  void skip_ordinary() {
    const char* at = at_;  // a local: the member would be stored at each step, since bytes may alias it
    while (at < end_ && delimiter_.classify(*at) == ByteClass::ordinary) ++at;
    at_ = at;
  }

  bool quoted_cell() {
    const char* open = at_++;
    bool escaped = false;
    const char* close = nullptr;
    while (close == nullptr) {
      const void* found = at_ < end_ ? std::memchr(at_, '"', static_cast<std::size_t>(end_ - at_)) : nullptr;
      if (found == nullptr) return unclosed(open);
      at_ = static_cast<const char*>(found) + 1;
      if (at_ == end_ && !whole_) return false;
      if (at_ < end_ && *at_ == '"')
        escaped = true, ++at_;
      else
        close = at_ - 1;
    }
    add(open, open + 1, close, CellForm::quoted, escaped);
    skip_padding();
    if (at_ < end_ && delimiter_.classify(*at_) == ByteClass::ordinary &&
        !(delimiter_.is_runs() && delimiter_.is_padding(at_[-1]))) {
      record_.fail(length(), "csv-quote", "text after a closing quote");
      skip_ordinary();
    }
    return true;
  }

  bool unclosed(const char* open) {
    if (!whole_) return false;
    record_.fail(static_cast<std::size_t>(open - begin_), "csv-quote", "a quote that is never closed", true);
    at_ = end_;
    add(open, open + 1, end_, CellForm::quoted, false);
    return true;
  }

  void add(const char* start, const char* from, const char* to, CellForm form, bool escaped) {
    const std::string_view raw(from, static_cast<std::size_t>(to - from));
    record_.cells.push_back({raw, static_cast<std::uint32_t>(start - begin_), form, escaped});
    if (form == CellForm::plain) return;
    if (line_length(raw) < raw.size()) record_.many_lines = true;
    if (const std::size_t at = raw.find('\0'); at != std::string_view::npos)
      record_.fail(static_cast<std::size_t>(from - begin_) + at, "nul-byte", "a NUL byte: this is no text",
                   true);
  }

  const char* begin_;
  const char* at_;
  const char* end_;
  bool whole_;
  const Delimiter& delimiter_;
  Record& record_;
};

}  // namespace

std::size_t scan_delimited(std::string_view bytes, bool whole, const Syntax& syntax, Record& record) {
  return Scan(bytes, whole, syntax, record).run();
}

}  // namespace fm
