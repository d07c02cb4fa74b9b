// NumPy arrays: their bytes are put together here by hand, after the format's description (numpy.lib.format).
#include <doctest/doctest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

#include "core/error.h"
#include "core/parallel.h"
#include "core/random.h"
#include "core/text.h"
#include "io/npy_header.h"
#include "io/reader_files.h"
#include "io/row_reader.h"
#include "io/table_reader.h"
#include "io/table_writer.h"
#include "support/process.h"

using namespace fm;
using namespace fm::test;
using namespace std::string_literals;

namespace {

/// A file of the format's version `major`, its dictionary as given.
std::string npy_file(const std::string& dictionary, const std::string& numbers, int major = 1) {
  const std::string text = dictionary + "\n";
  std::string file = "\x93NUMPY"s + static_cast<char>(major) + '\0';
  for (std::size_t k = 0; k < (major == 1 ? 2 : 4); ++k) file += static_cast<char>(text.size() >> 8 * k);
  return file + text + numbers;
}

std::string dictionary(const std::string& type, const std::string& shape, const char* fortran = "False") {
  return "{'descr': '" + type + "', 'fortran_order': " + fortran + ", 'shape': " + shape + ", }";
}

/// The bytes of numbers, the lowest first, or the highest first.
template <class Number>
std::string stored(const std::vector<Number>& numbers, bool big_endian = false) {
  std::string all;
  for (const Number number : numbers) {
    char bytes[sizeof number];
    std::memcpy(bytes, &number, sizeof number);
    if (big_endian != (std::endian::native == std::endian::big)) std::reverse(bytes, bytes + sizeof number);
    all.append(bytes, sizeof number);
  }
  return all;
}

std::string outcome_of(const std::string& bytes, const std::string& options = "",
                       std::string* names = nullptr) {
  return outcome(MemoryFile(bytes).name(), parse_options(options), names);
}

template <class Number>
void check_type(const std::string& code, const std::vector<Number>& numbers, const std::string& rows) {
  for (const bool big : {false, true}) {
    CAPTURE(code);
    CHECK(outcome_of(npy_file(dictionary((big ? ">" : "<") + code, "(2, 2)"), stored(numbers, big))) == rows);
  }
}

const std::string two_rows = stored<double>({1, 2.5, -3, 4e300});

/// 30 000 rows, more than any buffer: normal numbers, or what `odd` has for a row's last cell.
Points long_array(const std::vector<std::pair<Index, double>>& odd = {}) {
  Points x(5, 30000);
  fill_normal({1, Purpose::test}, 0, x);
  for (const auto& [row, value] : odd) x(4, row) = value;
  return x;
}

std::string file_of(const Points& x) {
  return npy_file(dictionary("<f8", "(" + std::to_string(x.cols()) + ", " + std::to_string(x.rows()) + ")"),
                  stored(std::vector<double>(x.data(), x.data() + x.size())));
}

/// The same as text, cell by cell, as an independent way to the same rows.
std::string text_of(const Points& x) {
  std::string text;
  for (Index row = 0; row < x.cols(); ++row)
    for (Index column = 0; column < x.rows(); ++column) {
      const double value = x(column, row);
      text += std::isnan(value) ? "NaN" : std::isinf(value) ? "inf" : shortest(value);
      text += column + 1 < x.rows() ? ',' : '\n';
    }
  return text;
}

/// Rows, their sum in order, counts and the first error, with its row.
std::string seen(const std::string& bytes, const std::string& options, const WantedColumns& wanted = {}) {
  const MemoryFile file(bytes);
  std::string text;
  double sum = 0;
  Index rows = 0;
  try {
    TableReader reader(file.name(), parse_options("header=no" + (options.empty() ? "" : " " + options)),
                       wanted);
    for (Points block; reader.read(block, 777) > 0; rows += block.cols())
      for (const double value : block.reshaped()) sum = 0.9999 * sum + value;
    const ReadSummary& summary = reader.summary();
    text = std::to_string(summary.rows) + " " + std::to_string(summary.skipped) + " " +
           std::to_string(summary.dropped) + " " + std::to_string(summary.weightless);
  } catch (const Error& error) {
    for (const Problem& problem : error.problems())
      text += problem.id + " " + std::to_string(problem.place.line) + " " + problem.message + " ";
  }
  return text + " " + std::to_string(rows) + " " + std::to_string(sum);
}

}  // namespace

TEST_CASE("npy: versions, orders of bytes and kinds of numbers are read as doubles") {
  for (const int version : {1, 2, 3})
    CHECK(outcome_of(npy_file(dictionary("<f8", "(2, 2)"), two_rows, version)) == "1,2.5 -3,4e+300");
  check_type<double>("f8", {0.1, -2, 1e-320, 4}, "0.1,-2 1e-320,4");
  check_type<float>("f4", {0.5f, -2, 0.1f, 4}, "0.5,-2 0.10000000149011612,4");
  check_type<std::int16_t>("i2", {-32768, 2, 3, 32767}, "-32768,2 3,32767");
  check_type<std::uint16_t>("u2", {0, 2, 3, 65535}, "0,2 3,65535");
  check_type<std::int32_t>("i4", {-2147483647, 2, 3, 4}, "-2147483647,2 3,4");
  check_type<std::uint32_t>("u4", {4294967295u, 2, 3, 4}, "4294967295,2 3,4");
  check_type<std::int64_t>("i8", {-9007199254740992, 2, 3, 4}, "-9007199254740992,2 3,4");
  check_type<std::uint64_t>("u8", {1ull << 63, 2, 3, 4}, "9223372036854775808,2 3,4");
  CHECK(outcome_of(npy_file(dictionary("|i1", "(2, 2)"), "\xff\x02\x03\x7f")) == "-1,2 3,127");
  CHECK(outcome_of(npy_file(dictionary("|u1", "(2, 2)"), "\xff\x02\x03\x7f")) == "255,2 3,127");
  CHECK(outcome_of(npy_file(dictionary("|b1", "(2, 2)"), "\x01\0\0\x01"s)) == "1,0 0,1");
}

TEST_CASE("npy: columns are called by their places, and one dimension is one column") {
  std::string names;
  CHECK(outcome_of(npy_file(dictionary("<f8", "(2, 2)"), two_rows), "", &names) == "1,2.5 -3,4e+300");
  CHECK(names == "x1,x2");
  CHECK(outcome_of(npy_file(dictionary("<f8", "(2, 2)"), two_rows), "columns=2,1") == "2.5,1 4e+300,-3");
  CHECK(outcome_of(npy_file(dictionary("<f8", "(4,)"), two_rows), "", &names) == "1 2.5 -3 4e+300");
  CHECK(names == "x1");
  CHECK(outcome_of(npy_file(dictionary("<f8", "(1, 4)"), two_rows)) == "1,2.5,-3,4e+300");
  // One row or one column is the same in both orders.
  CHECK(outcome_of(npy_file(dictionary("<f8", "(4, 1)", "True"), two_rows)) == "1 2.5 -3 4e+300");
  CHECK(outcome_of(npy_file(dictionary("<f8", "(1, 4)", "True"), two_rows)) == "1,2.5,-3,4e+300");
}

TEST_CASE("npy: headers are read however they are spaced, ordered and quoted") {
  for (const char* header :
       {"{'shape':(2,2),'fortran_order':False,'descr':'<f8'}",
        "{\"descr\": \"<f8\", \"fortran_order\": False, "
        "\"shape\": (2, 2)}",
        "  { 'descr' : '<f8' ,\n'fortran_order' : False , 'shape' : ( 2 , 2 , ) , }    \n",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (2L, 2L), }"})
    CHECK_MESSAGE(outcome_of(npy_file(header, two_rows)) == "1,2.5 -3,4e+300", header);
}

TEST_CASE("npy: a header that says anything else is refused with an id of its own") {
  const struct {
    std::string bytes, id;
  } cases[] = {
      {npy_file(dictionary("<f8", "(2, 2)"), two_rows, 4), "npy-version"},
      {npy_file(dictionary("<f8", "(2, 2)"), two_rows, 0), "npy-version"},
      {"\x93NUMPY\x01\x01\x10\0"s + std::string(99, ' '), "npy-version"},
      {"\x93NUMPY", "npy-header"},
      {"\x93NUMPY\x01\0\xff\xff"s, "npy-header"},
      {"\x93NUMPY\x02\0\xff\xff\xff\xff"s + std::string(99, ' '), "npy-header"},
      {npy_file("", ""), "npy-header"},
      {npy_file("{", ""), "npy-header"},
      {npy_file("{}", ""), "npy-header"},
      {npy_file("[]", ""), "npy-header"},
      {npy_file(std::string(60000, '('), ""), "npy-header"},
      {npy_file(std::string(60000, '{'), ""), "npy-header"},
      {npy_file("{'descr': '<f8', 'fortran_order': False, }", ""), "npy-header"},
      {npy_file("{'descr': '<f8', 'descr': '<f8', 'fortran_order': False, 'shape': (2, 2)}", ""),
       "npy-header"},
      {npy_file("{'descr': '<f8', 'fortran_order': False, 'shape': (2, 2), 'more': 1}", ""), "npy-header"},
      {npy_file(dictionary("<f8", "(2, 2)") + "x", two_rows), "npy-header"},
      {npy_file(dictionary("<f8", "(2, 2)", "Maybe"), two_rows), "npy-header"},
      {npy_file(dictionary("<f8", "(-2, 2)"), two_rows), "npy-header"},
      {npy_file(dictionary("<f8", "(2, (2))"), two_rows), "npy-header"},
      {npy_file(dictionary("<f8", "(2 2)"), two_rows), "npy-header"},
      {npy_file("{'descr': '<f8", ""), "npy-header"},
      {npy_file(dictionary("<c16", "(2, 2)"), two_rows), "npy-type"},
      {npy_file(dictionary("<f2", "(2, 2)"), two_rows), "npy-type"},
      {npy_file(dictionary("|O", "(2, 2)"), two_rows), "npy-type"},
      {npy_file(dictionary("<U3", "(2, 2)"), two_rows), "npy-type"},
      {npy_file(dictionary("|f8", "(2, 2)"), two_rows), "npy-type"},
      {npy_file(dictionary("f8", "(2, 2)"), two_rows), "npy-type"},
      {npy_file("{'descr': [('a', '<f8')], 'fortran_order': False, 'shape': (2,), }", two_rows), "npy-type"},
      {npy_file(dictionary("<f8", "()"), two_rows), "npy-shape"},
      {npy_file(dictionary("<f8", "(1, 2, 2)"), two_rows), "npy-shape"},
      {npy_file(dictionary("<f8", "(2, 0)"), ""), "npy-shape"},
      {npy_file(dictionary("<f8", "(2, 524289)"), ""), "npy-shape"},
      {npy_file(dictionary("<f8", "(2, 99999999999999999999999)"), ""), "npy-shape"},
      {npy_file(dictionary("<f8", "(99999999999999999999999, 2)"), ""), "npy-shape"},
      {npy_file(dictionary("<f8", "(576460752303423488, 2)"), ""), "npy-shape"},  // 2^63 bytes
      {npy_file(dictionary("<f8", "(2, 2)", "True"), two_rows), "npy-order"},
  };
  for (const auto& c : cases) CHECK_MESSAGE(outcome_of(c.bytes) == c.id + " 0:0", c.bytes.substr(0, 100));
}

TEST_CASE("npy: fewer or more bytes than the header says are an error behind the rows that there are") {
  const std::string whole = npy_file(dictionary("<f8", "(2, 2)"), two_rows);
  const std::size_t start = whole.size() - two_rows.size();
  for (std::size_t size = 6; size < whole.size(); ++size)
    CHECK(outcome_of(whole.substr(0, size)) == (size < start ? "npy-header 0:0" : "npy-truncated 0:0"));
  CHECK(outcome_of(whole + '\0') == "npy-trailing 0:0");
  CHECK(outcome_of(npy_file(dictionary("<f8", "(0, 2)"), "")) == "empty-file 0:0");
  CHECK(outcome_of(npy_file(dictionary("<f8", "(288230376151711744, 2)"), two_rows)) == "npy-truncated 0:0");
  const std::string long_file = file_of(long_array());
  for (const std::size_t cut : {std::size_t{1}, std::size_t{40}, long_file.size() / 3})
    CHECK(seen(long_file.substr(0, long_file.size() - cut), "").starts_with("npy-truncated "));
  CHECK(seen(long_file + "x", "").starts_with("npy-trailing "));
}

TEST_CASE("npy: rows, missing cells, bad cells and counts are those of the same table as text") {
  const double nan = std::numeric_limits<double>::quiet_NaN(), infinity = HUGE_VAL;
  std::vector<std::pair<Index, double>> some = {{0, nan}, {700, nan}, {29999, nan}}, many;
  for (Index row = 3; row < 30000; row += 5) many.emplace_back(row, row % 2 ? nan : infinity);
  for (const auto& odd : {std::vector<std::pair<Index, double>>{}, some, many, {{20000, infinity}}})
    for (const char* options : {"", "missing=drop", "missing=drop bad_rows=skip", "columns=5,2 missing=drop",
                                "exclude=5", "na=-999 bad_rows=skip"}) {
      const Points x = long_array(odd);
      CAPTURE(options);
      const std::string expected = seen(text_of(x), options);
      for (const int threads : {1, 3}) {
        set_threads(threads);
        const std::string got = seen(file_of(x), std::string(options));
        set_threads(1);
        CHECK(got.substr(0, got.find('(')) == expected.substr(0, expected.find('(')));
      }
    }
}

TEST_CASE("npy: a column of weights is one, and rows of weight 0 are left out") {
  Points x = long_array().cwiseAbs();
  for (Index row = 10; row < x.cols(); row += 100) x(1, row) = 0;
  const WantedColumns wanted{.weight = "2"};
  CHECK(seen(file_of(x), "", wanted) == seen(text_of(x), "", wanted));
  CHECK(seen(file_of(x), "", wanted).starts_with("29700 0 0 300 "));
}

TEST_CASE("npy: a byte changed anywhere makes an error or other numbers") {
  const std::string whole = npy_file(dictionary("<f8", "(2, 2)"), two_rows);
  MemoryFile file;
  Draws draws(9, Purpose::test, 0);
  for (std::size_t at = 0; at < whole.size(); ++at)
    for (int round = 0; round < 40; ++round) {
      std::string damaged = whole;
      damaged[at] = static_cast<char>(draws.bits());
      file.write(damaged);
      CHECK_MESSAGE(!outcome(file.name(), {}).empty(), at);
    }
}

TEST_CASE("npy: compressed, or from a pipe, it is the same array") {
  const Points x = long_array();
  CHECK(seen(gzipped(file_of(x)), "") == seen(file_of(x), ""));
  const Folder folder;
  write_text(folder / "x.npy", file_of(x));
  CHECK(read_all(folder / "x.npy") == x);
}

TEST_CASE("npy: what is said of text does not apply") {
  const std::string file = npy_file(dictionary("<f8", "(2, 2)"), two_rows);
  for (const char* options : {"delimiter=;", "header=yes", "decimal=,", "comment=#"})
    CHECK(outcome_of(file, options) == "npy-option");
  CHECK(outcome_of(file, "input_format=npy header=no") == "1,2.5 -3,4e+300");
  for (const char* options : {"input_format=csv", "input_format=tsv", "input_format=jsonl"})
    CHECK(outcome_of(file, options) == "binary-format 0:0");
  CHECK(outcome_of("1,2\n", "input_format=npy") == "npy-header 0:0");
}

TEST_CASE("npy: as text, whole numbers have all their digits") {
  const MemoryFile file(npy_file(dictionary("<f8", "(2, 2)"), stored<double>({100000, -0.0, 1e22, NAN})));
  RowReader rows(file.name(), {});
  CHECK(rows.decisions() == "NumPy array, <f8, 2 columns");
  TextRow row;
  REQUIRE(rows.next(row));
  CHECK(row.line == "100000,-0\n");
  REQUIRE(rows.next(row));
  CHECK(row.line == "1e+22,NaN\n");
  CHECK_FALSE(rows.next(row));
}

TEST_CASE("npy writer: what is written is read back, its rows counted, in blocks of any size") {
  const Folder folder;
  const Points x = long_array();
  Output output(folder / "x.npy");
  TableWriter writer(output, {}, {"a", "b", "c", "d", "e"});
  writer.header();
  for (Index at = 0, size = 1; at < x.cols(); at += size, size = size * 3 + 1)
    writer.write(x.middleCols(at, std::min(size, x.cols() - at)));
  output.commit();
  CHECK(read_all(folder / "x.npy") == x);
  const std::string bytes = read_text(folder / "x.npy");
  CHECK(bytes.size() == 128 + 30000 * 5 * 8);
  std::string header =
      "\x93NUMPY\x01\0\x76\0{'descr': '<f8', 'fortran_order': False, 'shape': (30000, 5), }"s;
  header.resize(127, ' ');
  CHECK(bytes.substr(0, 128) == header + '\n');
}

TEST_CASE("npy writer: an array without rows has a header, and its size is the same for any number of rows") {
  const Folder folder;
  {
    Output output(folder / "none.npy");
    TableWriter(output, {}, {"a", "b"});
    output.commit();
  }
  CHECK(read_text(folder / "none.npy").size() == npy_header(0, 2).size());
  for (const std::int64_t rows :
       {std::int64_t{1}, std::int64_t{1} << 40, std::numeric_limits<std::int64_t>::max()}) {
    const std::string header = npy_header(rows, 524288);
    CHECK(header.size() == npy_header(0, 524288).size());
    CHECK(header.size() % 64 == 0);
    CHECK(header.back() == '\n');
    CHECK(npy_header_size(header, "x") == header.size());
  }
}
