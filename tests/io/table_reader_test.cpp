#include "io/table_reader.h"

#include <doctest/doctest.h>

#include <cmath>
#include <cstring>

#include "core/error.h"
#include "core/random.h"
#include "core/text.h"
#include "io/reader_cases.h"
#include "io/reader_files.h"

using namespace fm;
using namespace fm::test;

namespace {

Error error_of(const std::string& path, const ReadOptions& options = {}) {
  try {
    TableReader reader(path, options);
    Points block;
    while (reader.read(block, 1000) > 0) continue;
  } catch (const Error& error) {
    return error;
  }
  return usage_error("no-error", "");
}

/// What follows `flag` in a hint, up to the next blank; quotes of the shell are taken off.
std::string in_hint(const std::string& hint, const std::string& flag) {
  const std::size_t at = hint.find(flag + " ");
  if (at == std::string::npos) return "";
  const std::size_t start = at + flag.size() + 1;
  std::string word = hint.substr(start, hint.find(' ', start) - start);
  if (word.size() > 2 && word.front() == '\'') word = word.substr(1, word.size() - 2);
  return word;
}

/// Any finite double: all bit patterns are equally likely.
double any_double(Draws& draws) {
  for (;;) {
    const std::uint64_t bits = draws.bits();
    double value;
    std::memcpy(&value, &bits, sizeof value);
    if (std::isfinite(value)) return value;
  }
}

}  // namespace

TEST_CASE("table reader: awkward inputs give the values or the errors of the golden table") {
  MemoryFile file;
  for (const ReaderCase& c : reader_cases()) {
    file.write(c.input);
    std::string names;
    CHECK_MESSAGE(outcome(file.name(), parse_options(c.options), &names) == c.values, c.what);
    if (!c.names.empty()) CHECK_MESSAGE(names == c.names, c.what);
  }
}

TEST_CASE("table reader: compressed input gives what plain input gives") {
  MemoryFile file;
  for (const ReaderCase& c : reader_cases()) {
    file.write(gzipped(c.input));
    CHECK_MESSAGE(outcome(file.name(), parse_options(c.options)) == c.values, c.what);
  }
}

TEST_CASE("table reader: delimiter, header, line end, quotes and blank lines do not change the values") {
  const char* header[] = {"alpha", "b 2", "c"};
  MemoryFile file;
  Draws draws(5, Purpose::test, 1);
  for (const std::string delimiter : {",", ";", "\t", "|", " ", "  \t "})
    for (const std::string line_end : {"\n", "\r\n", "\r"})
      for (int variant = 0; variant < 32; ++variant) {
        const bool with_header = variant & 1, quotes = variant & 2, blank_lines = variant & 4,
                   last_end = variant & 8, mark = variant & 16;
        Points expected(3, 4);
        std::string text = mark ? "\xef\xbb\xbf" : "";
        const auto add = [&](const std::string& cell, int i) {
          text += (i > 0 ? delimiter : "") + (quotes ? '"' + cell + '"' : cell);
        };
        if (with_header) {
          for (int i = 0; i < 3; ++i) add(!quotes && delimiter[0] == ' ' && i == 1 ? "b" : header[i], i);
          text += line_end;
        }
        for (int n = 0; n < 4; ++n) {
          if (blank_lines) text += line_end;
          for (int i = 0; i < 3; ++i) add(shortest(expected(i, n) = draws.normal()), i);
          if (n < 3 || last_end) text += line_end;
        }
        file.write(text);
        CAPTURE(text);
        TableReader reader(file.name(), {});
        CHECK(reader.has_names() == with_header);
        CHECK(reader.names()[0] == (with_header ? "alpha" : "x1"));
        CHECK(read_all(file.name()) == expected);
      }
}

TEST_CASE("table reader: a million doubles of any magnitude come back with the same bits") {
  constexpr Index columns = 10, rows = 100000;
  Draws draws(6, Purpose::test, 0);
  Points expected(columns, rows);
  std::string csv, json;
  for (Index n = 0; n < rows; ++n) {
    json += '[';
    for (Index i = 0; i < columns; ++i) {
      const std::string digits = shortest(expected(i, n) = any_double(draws));
      csv.append(digits).append(i + 1 < columns ? "," : "\n");
      json.append(digits).append(i + 1 < columns ? "," : "]\n");
    }
  }
  for (const std::string& text : {csv, json}) {
    const MemoryFile file(text);
    TableReader reader(file.name(), {});
    Points block;
    Index row = 0, wrong = 0;
    while (const Index count = reader.read(block, 4096)) {
      wrong += std::memcmp(block.data(), expected.col(row).data(), sizeof(double) * block.size()) != 0;
      row += count;
    }
    CHECK(wrong == 0);
    CHECK(row == rows);
    CHECK(reader.summary().rows == rows);
  }
}

TEST_CASE("table reader: at most ten problems are reported at once, each with its place") {
  std::string text = "a,b\n";
  for (int i = 0; i < 40; ++i) text += i % 2 ? "1,x\n" : "1,2\n";
  const MemoryFile file(text);
  const Error error = error_of(file.name());
  REQUIRE(error.problems().size() == Error::max_problems);
  for (int i = 0; i < Error::max_problems; ++i) {
    const Problem& problem = error.problems()[i];
    CHECK(problem.place.line == 3 + 2 * i);
    CHECK(problem.place.column == 3);
    CHECK(problem.place.file == file.name());
  }
  CHECK(error.what() == std::string("\"x\" is not a number (column \"b\")"));
  CHECK(error.id() == "csv-number");
}

TEST_CASE("table reader: the columns a hint names are columns of numbers, and reading them works") {
  MemoryFile file;
  std::string wide = "name", wide_row = "x";
  for (int i = 0; i < 30; ++i) wide += ",c" + std::to_string(i), wide_row += i == 7 ? ",t" : ",1";
  for (const std::string& text :
       {std::string("a,b,c\n1,x,2\n3,y,4\n"), std::string("1,x,2\n3,y,4\n"), wide + "\n" + wide_row + "\n",
        std::string("a b,c-d,e\n1,2,x\n3,4,y\n"), std::string("3,1,2\n1,x,2\n3,y,4\n")}) {
    file.write(text);
    const Error error =
        error_of(file.name(), {.header = text[0] == '3' ? HeaderPolicy::yes : HeaderPolicy::automatic});
    CAPTURE(text);
    REQUIRE(error.id() == "text-column");
    ReadOptions options{.columns = in_hint(error.hint(), "-c")};
    if (text[0] == '3') options.header = HeaderPolicy::yes;
    CHECK(outcome(file.name(), options).find('x') == std::string::npos);
    CHECK(read_all(file.name(), options).cols() > 0);
  }
}

TEST_CASE("table reader: hints on delimiter, decimal mark, header and comments lead to a reading") {
  MemoryFile file;
  const auto with = [&](const std::string& text, ReadOptions options = {}) {
    file.write(text);
    return error_of(file.name(), options).hint();
  };
  for (const std::string text :
       {"a;b\n1,5;2,5\n", "1,5\t2,5\n", "1,5;2,5\n3,5;4,5\n", "1,5 2,5\n3,5 4,5\n"}) {
    const std::string hint = with(text);
    CHECK(in_hint(hint, "--decimal") == ",");
    CHECK(read_all(file.name(), {.delimiter = in_hint(hint, "-d"), .decimal = ","}).rows() == 2);
  }
  std::string hint = with("1;2\n3;4\n5;1,5\n");
  CHECK(read_all(file.name(), {.delimiter = in_hint(hint, "-d"), .decimal = in_hint(hint, "--decimal")})
            .cols() == 3);
  // Where the delimiter is a comma, decimal marks would make numbers wrong by a factor of a thousand.
  for (const std::string text : {"\"1,234\",\"2\"\n", "a,b\n\"1,234\",2\n", "1,2\n3,4\n5,6\n\"1,234\",7\n"}) {
    hint = with(text);
    CHECK_MESSAGE(hint.find("group thousands: remove them") != std::string::npos, text, hint);
    CHECK(hint.find("--decimal") == std::string::npos);
  }
  file.write("\"1234\",\"2\"\n");
  CHECK(read_all(file.name()) == Points{{1234}, {2}});
  hint = with("1.5;2\n3;4\n5;1,5\n");  // not all cells would be numbers then
  CHECK(in_hint(hint, "--bad-rows") == "skip");
  hint = with("1\t\t3\n4\t\t6\n");
  CHECK(read_all(file.name(), {.delimiter = in_hint(hint, "or -d")}).rows() == 2);
  hint = with("# a b\n# c\n1 2\n3 4\n");
  CHECK(in_hint(hint, "--comment") == "#");
  CHECK(read_all(file.name(), {.comment = "#"}).cols() == 2);
  hint = with("a,b\n1,\n2,3\n");
  CHECK(in_hint(hint, "--missing") == "drop");
  hint = with("1,2\na,3\nb,4\n");
  CHECK(in_hint(hint, "--header") == "yes");
}

TEST_CASE("table reader: rows that are left out are counted") {
  const MemoryFile file("a,b\n1,2\n,3\nx,4\n5\n6,7\n");
  TableReader reader(file.name(), {.missing = MissingPolicy::drop, .bad_rows = BadRowPolicy::skip});
  Points block;
  CHECK(reader.read(block, 10) == 2);
  CHECK(reader.read(block, 10) == 0);
  CHECK(reader.summary().rows == 2);
  CHECK(reader.summary().dropped == 1);
  CHECK(reader.summary().skipped == 2);
}

TEST_CASE("table reader: decisions say what was found") {
  const auto decisions = [](const std::string& text, const ReadOptions& options = {}) {
    const MemoryFile file(text);
    return TableReader(file.name(), options).decisions().substr(file.name().size());
  };
  CHECK(decisions("a,b\n1,2\n") == ": CSV, delimiter \",\", header, 2 columns");
  CHECK(decisions("1\t2\n", {.columns = "2"}) == ": TSV, delimiter tab, no header, 1 of 2 columns");
  CHECK(decisions("1 2\n") == ": CSV, delimiter blanks, no header, 2 columns");
  CHECK(decisions("1\n") == ": CSV, no header, 1 column");
  CHECK(decisions(gzipped("[1,2]\n")) == ": gzip, JSON Lines of arrays, 2 columns");
}

TEST_CASE("table reader: real tables are read or refused with columns that work") {
  struct Expected {
    const char* file;
    Index rows, columns;
    const char* options;
  };
  const Expected tables[] = {
      {"earth/volcano.csv", 827, 2, ""},
      {"cells/zebrafish.csv", 1599, 53, ""},
      {"tables/airfoil_self_noise.dat", 1503, 6, ""},
      {"tables/power-plant_ccpp.txt", 9568, 5, ""},
      {"tables/transfusion.data", 748, 5, ""},
      {"tables/wine.csv", 178, 14, ""},
      {"tables/penguins.csv", 342, 4, "missing=drop"},
      {"tables/mpg.csv", 392, 7, "missing=drop exclude=origin,name"},
      {"tables/adult-test.csv.gz", 16281, 6, ""},
      {"tables/ecoli.data", 336, 7, ""},
      {"tables/diamonds.csv", 53940, 7, ""},
      {"tables/yeast.data", 1484, 8, "comment=#"},
      {"torus/rna_angles.tsv", 9473, 7, ""},
  };
  for (const Expected& table : tables) {
    const std::string path = shared_data(table.file);
    if (path.empty()) {
      MESSAGE("not there, so not tried: " << table.file);
      continue;
    }
    CAPTURE(path);
    ReadOptions options = parse_options(table.options);
    const Error error = error_of(path, options);
    if (error.id() == "text-column") options.columns = in_hint(error.hint(), "-c");
    const Points points = read_all(path, options);
    CHECK(points.cols() == table.rows);
    CHECK(points.rows() == table.columns);
  }
}
