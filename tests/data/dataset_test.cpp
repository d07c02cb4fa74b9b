#include "data/dataset.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "core/error.h"
#include "core/random.h"
#include "core/text.h"

using namespace fm;

namespace {

/// Reads `text` from a file that is removed again.
Dataset read_text(const std::string& text, const ReadOptions& options = {},
                  const WantedColumns& wanted = {}) {
  struct File {
    std::string name =
        (std::filesystem::temp_directory_path() / ("fm-dataset-" + std::to_string(::getpid()))).string();
    ~File() { std::filesystem::remove(name); }
  } const file;
  std::ofstream(file.name, std::ios::binary) << text;
  return read_dataset(file.name, options, wanted);
}

std::string error_id(const std::string& text, const ReadOptions& options = {}) {
  try {
    read_text(text, options);
  } catch (const Error& error) {
    return error.id();
  }
  return "";
}

Dataset with_points(Points points) {
  Dataset data;
  for (Index i = 0; i < points.rows(); ++i) data.names.push_back("x" + std::to_string(i + 1));
  data.points = std::move(points);
  return data;
}

}  // namespace

TEST_CASE("dataset: rows of the table are columns of the points, over many blocks") {
  constexpr Index columns = 3, rows = 200000;  // 600 000 numbers: several blocks and doublings
  Draws draws(1, Purpose::test, 0);
  Points expected(columns, rows);
  std::string text = "a,b,c\n";
  for (Index n = 0; n < rows; ++n)
    for (Index i = 0; i < columns; ++i)
      text.append(shortest(expected(i, n) = draws.normal())).append(i + 1 < columns ? "," : "\n");
  const Dataset data = read_text(text);
  CHECK(data.points == expected);
  CHECK(data.names == std::vector<std::string>{"a", "b", "c"});
  CHECK(data.has_names);
  CHECK(data.summary.rows == rows);
  CHECK(data.decisions.find("header, 3 columns") != std::string::npos);
}

TEST_CASE("dataset: rows that are left out are counted, and wanted columns come in their order") {
  const Dataset data =
      read_text("a,b\n1,2\n,3\n4,x\n5,6\n", {.missing = MissingPolicy::drop, .bad_rows = BadRowPolicy::skip},
                {{"b", "a"}});
  CHECK(data.points == Points{{2, 6}, {1, 5}});
  CHECK(data.summary.dropped == 1);
  CHECK(data.summary.skipped == 1);
}

TEST_CASE("dataset: a table without rows is an error") {
  CHECK(error_id("a,b\n") == "no-rows");
  CHECK(error_id("a,b\n1,\n,2\n", {.missing = MissingPolicy::drop}) == "no-rows");
  CHECK(error_id("") == "empty-file");
}

TEST_CASE("dataset: warnings name constant columns, equal columns, repeated rows and too few rows") {
  using Words = std::vector<std::string>;
  CHECK(dataset_warnings(with_points(Points{{1, 2, 3}, {4, 5, 7}})).empty());
  CHECK(dataset_warnings(with_points(Points{{1, 2, 3}, {4, 4, 4}})) ==
        Words{"column \"x2\" has one value only"});
  CHECK(dataset_warnings(with_points(Points{{1, 2, 3}, {5, 6, 8}, {1, 2, 3}})) ==
        Words{"columns \"x1\" and \"x3\" are equal"});
  CHECK(dataset_warnings(with_points(Points{{1, 2}, {4, 6}, {7, 9}})) ==
        Words{"fewer rows (2) than columns (3)"});
  Points repeated = Points::Random(2, 100);
  repeated.rightCols(10) = repeated.leftCols(10);
  CHECK(dataset_warnings(with_points(repeated)).empty());  // one in ten is not more than one in ten
  repeated.rightCols(11) = repeated.leftCols(11);
  CHECK(dataset_warnings(with_points(repeated)) == Words{"11 of 100 rows are equal to an earlier row"});
  CHECK(dataset_warnings(with_points(Points{{0.0, -0.0, 1}, {1, 1, 2}})) ==
        Words{"1 of 3 rows are equal to an earlier row"});
}
