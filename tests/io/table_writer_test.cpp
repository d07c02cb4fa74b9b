#include "io/table_writer.h"

#include <doctest/doctest.h>

#include <cmath>
#include <cstring>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "core/error.h"
#include "core/random.h"
#include "core/text.h"
#include "io/table_reader.h"
#include "support/process.h"

using namespace fm;
using namespace fm::test;

namespace {

using Names = std::vector<std::string>;

/// What a writer makes of names and points, under the file name `name`.
std::string written(const Points& points, const Names& names, const WriteOptions& options = {},
                    const std::string& name = "t") {
  const Folder folder;
  Output output(folder / name);
  TableWriter writer(output, options, names);
  writer.header();
  writer.write(points);
  output.commit();
  return read_text(folder / name);
}

/// One number, as the only cell of a table without its name.
std::string printed(double value, const std::string& precision = "shortest") {
  WriteOptions options;
  options.precision = precision;
  const std::string text = written(Points{{value}}, {"x"}, options);
  return text.substr(2, text.size() - 3);
}

std::string failure(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.id();
  }
  return "";
}

Points read_back(const std::string& path, const ReadOptions& options, Names& names) {
  TableReader reader(path, options);
  names = reader.names();
  Points all(static_cast<Index>(names.size()), 0), block;
  while (reader.read(block, 4096) > 0) {
    all.conservativeResize(Eigen::NoChange, all.cols() + block.cols());
    all.rightCols(block.cols()) = block;
  }
  return all;
}

/// Every finite double is as likely as any other.
double random_double(Draws& draws) {
  for (;;) {
    const std::uint64_t bits = draws.bits();
    double value = 0;
    std::memcpy(&value, &bits, sizeof value);
    if (std::isfinite(value)) return value;
  }
}

}  // namespace

TEST_CASE("table writer: numbers have the shortest digits, whole ones no point and no exponent") {
  CHECK(printed(3) == "3");
  CHECK(printed(-0.0) == "-0");
  CHECK(printed(0.1) == "0.1");
  CHECK(printed(0.1 + 0.2) == "0.30000000000000004");
  CHECK(printed(100000) == "100000");
  CHECK(printed(-9007199254740991.0) == "-9007199254740991");
  CHECK(printed(1e22) == "1e+22");
  CHECK(printed(5e-324) == "5e-324");
  CHECK(printed(-std::numeric_limits<double>::max()) == "-1.7976931348623157e+308");
}

TEST_CASE("table writer: precision N gives N significant digits") {
  CHECK(printed(M_PI, "3") == "3.14");
  CHECK(printed(1234.5, "2") == "1.2e+03");
  CHECK(printed(2.5, "17") == "2.5");
  CHECK(printed(-1.0 / 3, "17") == "-0.33333333333333331");
  CHECK(printed(-2.2250738585072014e-308, "17") == "-2.2250738585072014e-308");
  for (const char* precision : {"0", "18", "-1", "1.5", "x", ""})
    CHECK_MESSAGE(failure([&] { printed(1, precision); }) == "precision", precision);
}

TEST_CASE("table writer: precision leaves columns of whole numbers whole") {
  const Folder folder;
  Output output(folder / "t");
  TableWriter writer(output, {.precision = "3"}, {"x", "sample"}, {"sample"});
  writer.write(Points{{123455.5}, {123455}});
  output.commit();
  CHECK(read_text(folder / "t") == "1.23e+05,123455\n");
}

TEST_CASE("table writer: each format, chosen by option or by the output's name") {
  const Points points{{1, 2}, {0.5, -3}};
  const Names names{"a", "b"};
  const std::string csv = "a,b\n1,0.5\n2,-3\n", tsv = "a\tb\n1\t0.5\n2\t-3\n";
  const std::string jsonl = "{\"a\":1,\"b\":0.5}\n{\"a\":2,\"b\":-3}\n";
  CHECK(written(points, names) == csv);
  CHECK(written(points, names, {}, "t.csv") == csv);
  CHECK(written(points, names, {}, "t.tsv") == tsv);
  CHECK(written(points, names, {}, "t.jsonl") == jsonl);
  for (const char* name : {"t.ndjson", "t.json", "t.JSON", "t.JsonL"})
    CHECK_MESSAGE(written(points, names, {}, name) == jsonl, name);
  CHECK(written(points, names, {}, "t.TSV") == tsv);
  CHECK(written(points, names, {.format = TableFormat::csv}, "t.jsonl") == csv);
  CHECK(written(points, names, {.format = TableFormat::jsonl}, "t.tsv") == jsonl);
  const Folder folder;
  Output output(folder / "t.tsv.gz");
  TableWriter writer(output, {}, names);
  writer.header();
  writer.write(points);
  output.commit();
  CHECK(shell(folder, "gzip -dc t.tsv.gz").out == tsv);
}

TEST_CASE("table writer: names are quoted where a reader would else misread them") {
  const Points row = Points::Zero(1, 0);
  const auto header = [&](const std::string& name, TableFormat format) {
    return written(row, {name}, {.format = format});
  };
  CHECK(header("plain name", TableFormat::csv) == "plain name\n");
  CHECK(header("a,b", TableFormat::csv) == "\"a,b\"\n");
  CHECK(header("a,b", TableFormat::tsv) == "a,b\n");
  CHECK(header("a\tb", TableFormat::tsv) == "\"a\tb\"\n");
  CHECK(header("say \"hi\"", TableFormat::csv) == "\"say \"\"hi\"\"\"\n");
  CHECK(header("two\nlines", TableFormat::csv) == "\"two\nlines\"\n");
  CHECK(header("", TableFormat::csv) == "\"\"\n");
  CHECK(header(" padded", TableFormat::csv) == "\" padded\"\n");
  CHECK(header("{a}", TableFormat::csv) == "\"{a}\"\n");
  CHECK(header("a", TableFormat::jsonl).empty());
}

TEST_CASE("table writer: keys of JSON are escaped, what JSON cannot hold is refused") {
  const Points row{{1}};
  const WriteOptions json{.format = TableFormat::jsonl};
  CHECK(written(row, {"a\"\\\n\x01"}, json) == "{\"a\\\"\\\\\\n\\u0001\":1}\n");
  CHECK(failure([&] { written(row, {"\xff"}, json); }) == "column-name");
  CHECK(failure([&] { written(Points{{1}, {2}}, {"a", "a"}, json); }) == "column-name");
  CHECK(written(row, {"\xff"}) == "\xff\n1\n");
}

TEST_CASE("table writer: what is written is read back bit by bit, names too, in every format") {
  const Index rows = 30000;
  Points points(3, rows);
  for (Index n = 0; n < rows; ++n) {
    Draws draws(1, Purpose::test, static_cast<std::uint64_t>(n));
    points.col(n) << random_double(draws), draws.normal(), std::round(1e6 * draws.normal());
  }
  points.col(0) << -0.0, 0, 1;
  const Names names{"{x,\"y\"", "2024", "a\xc3\xa4;\tb"};  // blanks around a name are not part of it
  for (const TableFormat format : {TableFormat::csv, TableFormat::tsv, TableFormat::jsonl})
    for (const char* precision : {"shortest", "17"}) {
      const Folder folder;
      Output output(folder / "t");
      TableWriter writer(output, {format, precision}, names);
      writer.header();
      writer.write(points.leftCols(1));
      writer.write(points.rightCols(rows - 1));
      output.commit();
      Names found;
      ReadOptions reading;
      // "2024" could be a number; JSON Lines always has names.
      if (format != TableFormat::jsonl) reading.header = HeaderPolicy::yes;
      const Points back = read_back(folder / "t", reading, found);
      CHECK(found == names);
      REQUIRE(back.cols() == rows);
      CHECK(std::memcmp(back.data(), points.data(), sizeof(double) * points.size()) == 0);
    }
}

TEST_CASE("table writer: ten million random doubles come back bit by bit" * doctest::test_suite("slow")) {
  const Folder folder;
  const Index rows = 1000000;
  Points points(10, rows);
  for (Index n = 0; n < rows; ++n) {
    Draws draws(2, Purpose::test, static_cast<std::uint64_t>(n));
    for (double& value : points.col(n)) value = random_double(draws);
  }
  Output output(folder / "t");
  TableWriter writer(output, {}, {"a", "b", "c", "d", "e", "f", "g", "h", "i", "j"});
  writer.header();
  writer.write(points);
  output.commit();
  TableReader reader(folder / "t", {});
  Points block;
  Index row = 0;
  for (; reader.read(block, 4096) > 0; row += block.cols())
    REQUIRE(std::memcmp(block.data(), points.col(row).data(), sizeof(double) * block.size()) == 0);
  CHECK(row == rows);
}

TEST_CASE("table writer: a value that is not finite is an error with its column, the rows before it go out") {
  for (const double bad : {NAN, INFINITY, -INFINITY}) {
    const Folder folder;
    Output output(folder / "t");
    TableWriter writer(output, {}, {"x", "y"});
    try {
      writer.write(Points{{1, 2, 3}, {4, bad, 6}});
      FAIL("no error");
    } catch (const Error& error) {
      CHECK(error.kind() == ErrorKind::numeric);
      CHECK(error.id() == "non-finite-output");
      CHECK(std::string(error.what()).find("column \"y\"") != std::string::npos);
      CHECK(std::string(error.what()).find("row 2") != std::string::npos);
    }
    output.commit();
    CHECK(read_text(folder / "t") == "1,4\n");
  }
}
