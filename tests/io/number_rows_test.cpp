// Rows of numbers are read another way than others: nothing but time may tell.
#include <doctest/doctest.h>

#include <cstdio>
#include <vector>

#include "core/error.h"
#include "core/random.h"
#include "io/reader_files.h"
#include "io/table_reader.h"

using namespace fm;
using namespace fm::test;

namespace {

struct Look {
  std::string separator = ",", line_end = "\n", before = "", after = "";  // around each cell
};

/// `rows` of three numbers in many spellings; more than a window of RecordReader if rows is 20000.
std::string number_table(const Look& look, int rows) {
  Draws draws(7, Purpose::test, 0);
  std::string text = "a" + look.separator + "b" + look.separator + "c" + look.line_end;
  for (int row = 0; row < rows; ++row)
    for (int column = 0; column < 3; ++column) {
      char cell[40];
      const char* format = column == 0 ? "%.17g" : row % 3 == 0 ? "%.3f" : row % 3 == 1 ? "%.0f" : "%.6e";
      std::snprintf(cell, sizeof cell, format, (draws.uniform() - 0.3) * 1000);
      text += look.before + cell + look.after + (column < 2 ? look.separator : look.line_end);
    }
  return text;
}

std::string plain_rows(int rows) {
  std::string text = "a,b\n";
  for (int row = 0; row < rows; ++row) text += std::to_string(row) + "," + std::to_string(row) + ".5\n";
  return text;
}

std::string outcome_of(const std::string& text, const std::string& options = "") {
  return outcome(MemoryFile(text).name(), parse_options(options));
}

std::vector<double> values_of(const std::string& path) {
  TableReader reader(path, {});
  std::vector<double> values;
  for (Points block; reader.read(block, 333) > 0;)
    values.insert(values.end(), block.data(), block.data() + block.size());
  return values;
}

ReadSummary summary_of(const std::string& text, const std::string& options,
                       const WantedColumns& wanted = {}) {
  const MemoryFile file(text);
  TableReader reader(file.name(), parse_options(options), wanted);
  Points block;
  while (reader.read(block, 100) > 0) continue;
  return reader.summary();
}

}  // namespace

TEST_CASE("number rows: a table reads as the same with quotes around each cell, whatever stands between") {
  const MemoryFile quoted(number_table({.before = "\"", .after = "\""}, 20000));
  const std::vector<double> expected = values_of(quoted.name());
  REQUIRE(expected.size() == 60000);
  for (const Look& look : {Look{}, Look{.separator = ";"}, Look{.separator = "\t"}, Look{.separator = " "},
                           Look{.separator = "  "}, Look{.line_end = "\r\n"}, Look{.line_end = "\r"},
                           Look{.before = " "}, Look{.before = " ", .after = "  "}}) {
    CAPTURE(look.separator);
    const MemoryFile file(number_table(look, 20000));
    CHECK(values_of(file.name()) == expected);
  }
}

TEST_CASE("number rows: columns in any order and not all, texts between them") {
  std::string text = "name,a,b,c\n";
  for (int row = 0; row < 3000; ++row)
    text += "some \"name\"," + std::to_string(row) + "," + std::to_string(-row) + ".25,x\n";
  const MemoryFile file(text);
  const Points rows = read_all(file.name(), parse_options("columns=b,a"));
  REQUIRE(rows.cols() == 3000);
  for (Index n = 0; n < 3000; ++n) {
    REQUIRE(rows(0, n) == -static_cast<double>(n) - (n == 0 ? -0.25 : 0.25));  // "0.25", "-1.25"
    REQUIRE(rows(1, n) == static_cast<double>(n));
  }
}

TEST_CASE("number rows: a slip among many rows is told with its line and column") {
  const std::string before = plain_rows(3000), after = before.substr(4);
  CHECK(outcome_of(before + "1,x\n" + after) == "csv-number 3002:3");
  CHECK(outcome_of(before + "\n1,1e999\n" + after) == "csv-range 3003:3");
  CHECK(outcome_of(before + "1,\n" + after) == "missing-cell 3002:3");
  CHECK(outcome_of(before + "1,2,3\n" + after) == "ragged-row 3002:1");
  CHECK(outcome_of(before + "1\n" + after) == "ragged-row 3002:1");
  CHECK(outcome_of(before + "1,inf\n" + after) == "non-finite 3002:3");
  CHECK(outcome_of(before + "\"1\n\",2\n1,-\n" + after) == "csv-number 3002:1");
  CHECK(outcome_of(before + after + "1,x") == "csv-number 6002:3");
}

TEST_CASE("number rows: a slip among rows that are passed over is counted") {
  const std::string before = plain_rows(3000), after = before.substr(4);
  const ReadSummary summary = summary_of(before + "1,x\n7\n" + after, "bad_rows=skip");
  CHECK(summary.rows == 6000);
  CHECK(summary.skipped == 2);
}

TEST_CASE("number rows: numbers that mean missing, comments that start like numbers and weights of 0 count") {
  CHECK(summary_of(plain_rows(300) + "-999,1\n", "na=-999 missing=drop").dropped == 1);
  CHECK(summary_of(plain_rows(300) + "-9,1\n", "comment=-").rows == 300);
  CHECK(summary_of(plain_rows(300) + "-0,1\n", "", {.weight = "a"}).weightless == 2);
  for (const WantedColumns& wanted : {WantedColumns{.weight = "a"}, WantedColumns{.bandwidth = "a"}}) {
    try {
      summary_of(plain_rows(300).replace(4, 2, "1,") + "-1,1\n", "", wanted);
      FAIL("-1 is a weight or bandwidth");
    } catch (const Error& error) {
      CHECK(error.problems().front().place.line == 302);
      CHECK(error.problems().front().place.column == 1);
    }
  }
}
