#include "io/npy_header.h"

#include <algorithm>
#include <bit>
#include <limits>
#include <optional>
#include <vector>

#include "core/error.h"
#include "core/text.h"

namespace fm {

namespace {

constexpr std::size_t max_header = 64 << 10;  // of version 1 by its format; numpy itself reads 10000 bytes
constexpr std::size_t alignment = 64;         // of the first number, as numpy writes it

std::uint64_t little_endian(std::string_view bytes) {
  std::uint64_t number = 0;
  for (std::size_t k = bytes.size(); k-- > 0;) number = number << 8 | static_cast<unsigned char>(bytes[k]);
  return number;
}

/// Where the length of the dictionary stands, and in how many bytes.
constexpr std::size_t length_at = npy_magic.size() + 2;
std::size_t length_bytes(std::string_view start) {
  return start[npy_magic.size()] == 1 ? 2 : 4;
}

[[noreturn]] void refuse(const std::string& id, const std::string& message, const std::string& file,
                         const std::string& hint) {
  throw data_error(id, message, {file}, hint);
}

constexpr auto damaged_hint = "write the array again: numpy.save";

/// The dictionary, a literal of Python. Only what these three keys need is understood, so there is no depth.
class Dictionary {
 public:
  Dictionary(std::string_view text, const std::string& file) : rest_(text), file_(file) {}

  void parse() {
    expect('{');
    while (!takes('}')) {
      const std::string key = word_in_quotes();
      expect(':');
      if (key == "descr")
        set(descr, description());
      else if (key == "fortran_order")
        set(fortran_order, truth());
      else if (key == "shape")
        set(shape, numbers());
      else
        fail("has the key " + in_quotes(key, 30));
      if (!takes(',')) {
        expect('}');
        break;
      }
    }
    skip_blanks();
    if (!rest_.empty()) fail("goes on behind its dictionary");
    if (!descr || !fortran_order || !shape) fail("lacks descr, fortran_order or shape");
  }

  std::optional<std::string> descr;
  std::optional<bool> fortran_order;
  std::optional<std::vector<std::uint64_t>> shape;

 private:
  [[noreturn]] void fail(const std::string& how) const {
    refuse("npy-header", "the header of the NumPy array " + how, file_, damaged_hint);
  }

  template <class T>
  void set(std::optional<T>& value, T read) const {
    if (value) fail("has a key twice");
    value = std::move(read);
  }

  void skip_blanks() {
    while (!rest_.empty() && (rest_[0] == ' ' || rest_[0] == '\n')) rest_.remove_prefix(1);
  }
  bool takes(char c) {
    skip_blanks();
    if (rest_.empty() || rest_[0] != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  void expect(char c) {
    if (!takes(c))
      fail("is no dictionary: " + in_quotes(std::string(rest_.substr(0, 20))) + " where " + c +
           " is to stand");
  }

  std::string word_in_quotes() {
    const char quote = takes('\'') ? '\'' : '"';
    if (quote == '"') expect('"');
    const std::size_t size = rest_.find(quote);
    if (size == std::string_view::npos) fail("has a quote that is never closed");
    const std::string word(rest_.substr(0, size));
    rest_.remove_prefix(size + 1);
    return word;
  }

  std::string description() {
    skip_blanks();
    if (rest_.starts_with('['))
      refuse("npy-type", "the NumPy array holds records, not numbers", file_,
             "make it an array of numbers: numpy.lib.recfunctions.structured_to_unstructured");
    return word_in_quotes();
  }

  bool truth() {
    skip_blanks();
    for (const auto& [word, value] : {std::pair<std::string_view, bool>{"True", true}, {"False", false}}) {
      if (!rest_.starts_with(word)) continue;
      rest_.remove_prefix(word.size());
      return value;
    }
    fail("has a fortran_order that is neither True nor False");
  }

  std::vector<std::uint64_t> numbers() {
    std::vector<std::uint64_t> all;
    expect('(');
    while (!takes(')')) {
      all.push_back(number());
      if (takes(',')) continue;
      expect(')');
      break;
    }
    return all;
  }

  std::uint64_t number() {
    skip_blanks();
    std::uint64_t value = 0;
    std::size_t digits = 0;
    for (; digits < rest_.size() && rest_[digits] >= '0' && rest_[digits] <= '9'; ++digits)
      value = digits < 18 ? value * 10 + static_cast<std::uint64_t>(rest_[digits] - '0')
                          : std::numeric_limits<std::uint64_t>::max();
    if (digits == 0) fail("has a shape that is none of whole numbers");
    rest_.remove_prefix(digits);
    takes('L');  // of Python 2
    return value;
  }

  std::string_view rest_;
  const std::string& file_;
};

NpyType type_of(const std::string& word, const std::string& file) {
  using Kind = NpyType::Kind;
  struct Entry {
    std::string_view code;
    Kind kind;
    std::size_t size;
  };
  constexpr Entry entries[] = {{"f4", Kind::real, 4},    {"f8", Kind::real, 8},    {"i1", Kind::whole, 1},
                               {"i2", Kind::whole, 2},   {"i4", Kind::whole, 4},   {"i8", Kind::whole, 8},
                               {"u1", Kind::natural, 1}, {"u2", Kind::natural, 2}, {"u4", Kind::natural, 4},
                               {"u8", Kind::natural, 8}, {"b1", Kind::boolean, 1}};
  for (const Entry& entry : entries) {
    if (word.size() != 3 || word.substr(1) != entry.code) continue;
    if (word[0] == '<' || word[0] == '>' || (word[0] == '|' && entry.size == 1))
      return {entry.kind, entry.size, word[0] == '>', word};
  }
  refuse("npy-type", "the NumPy array holds " + in_quotes(word, 30) + ", no numbers that are read here", file,
         "make it one of doubles: array.astype(float)");
}

}  // namespace

std::size_t npy_header_size(std::string_view start, const std::string& file) {
  if (start.size() < length_at + 4) return 0;
  const int major = start[npy_magic.size()], minor = start[npy_magic.size() + 1];
  if (major < 1 || major > 3 || minor != 0)
    refuse("npy-version", "a NumPy array of an unknown version of the format", file, damaged_hint);
  const std::size_t bytes = length_bytes(start);
  const std::uint64_t length = little_endian(start.substr(length_at, bytes));
  if (length > max_header)
    refuse("npy-header", "the header of the NumPy array has " + std::to_string(length) + " bytes", file,
           damaged_hint);
  return length_at + bytes + static_cast<std::size_t>(length);
}

NpyHeader parse_npy_header(std::string_view header, const std::string& file) {
  Dictionary dictionary(header.substr(length_at + length_bytes(header)), file);
  dictionary.parse();
  NpyHeader read{type_of(*dictionary.descr, file)};
  const auto& shape = *dictionary.shape;
  if (shape.empty() || shape.size() > 2)
    refuse("npy-shape",
           "the NumPy array has " + std::to_string(shape.size()) + " dimensions, a table has two", file,
           shape.empty() ? "make it one row: array.reshape(1, 1)"
                         : "make it rows of points: array.reshape(len(array), -1)");
  const std::uint64_t columns = shape.size() == 1 ? 1 : shape[1];
  if (columns < 1 || columns > NpyHeader::max_columns)
    refuse("npy-shape",
           "the NumPy array has " + std::to_string(columns) + " columns, a table 1 to " +
               std::to_string(NpyHeader::max_columns),
           file, "rows are points: is the array to be transposed?");
  read.columns = static_cast<Index>(columns);
  if (shape[0] > static_cast<std::uint64_t>(std::numeric_limits<Index>::max()) / read.row_bytes())
    refuse("npy-shape", "the NumPy array says that it has more bytes than any file", file, damaged_hint);
  read.rows = static_cast<Index>(shape[0]);
  if (*dictionary.fortran_order && read.columns > 1 && read.rows > 1)
    refuse("npy-order", "the NumPy array holds column after column, which cannot be read row by row", file,
           "save it in the order of rows: numpy.save(file, numpy.ascontiguousarray(array))");
  return read;
}

std::string npy_header(std::int64_t rows, Index columns) {
  const auto dictionary = [columns](std::int64_t count) {
    return std::string("{'descr': '") + (std::endian::native == std::endian::big ? '>' : '<') +
           "f8', 'fortran_order': False, 'shape': (" + std::to_string(count) + ", " +
           std::to_string(columns) + "), }";
  };
  constexpr std::size_t before = length_at + 2;
  const std::size_t most = before + dictionary(std::numeric_limits<std::int64_t>::max()).size() + 1;
  const std::size_t length = (most + alignment - 1) / alignment * alignment - before;
  std::string header(npy_magic);
  header += {'\1', '\0', static_cast<char>(length & 255), static_cast<char>(length >> 8)};
  header += dictionary(rows);
  header.resize(before + length - 1, ' ');
  return header + '\n';
}

}  // namespace fm
