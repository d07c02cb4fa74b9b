// Columns of weights: found, read beside the others, and what is refused.
#include <doctest/doctest.h>

#include <functional>
#include <limits>

#include "core/error.h"
#include "core/text.h"
#include "data/dataset.h"
#include "support/process.h"

using namespace fm;

namespace {

Dataset read(const std::string& text, const std::string& weight, const ReadOptions& options = {}) {
  const test::Folder folder;
  test::write_text(folder / "t.csv", text);
  WantedColumns wanted;
  wanted.weight = weight;
  return read_dataset(folder / "t.csv", options, wanted);
}

/// The error of reading, which must throw one.
Error error_of(const std::string& text, const std::string& weight, const ReadOptions& options = {}) {
  try {
    read(text, weight, options);
  } catch (const Error& error) {
    return error;
  }
  FAIL("no error");
  return usage_error("", "");
}

const std::string table = "x,w,y\n1,0.5,2\n3,0,4\n5,2,6\n";

}  // namespace

TEST_CASE("weights: the column is none of the data, by name or number, and rows of weight 0 are left out") {
  for (const char* const weight : {"w", "2"}) {
    const Dataset data = read(table, weight);
    CHECK(data.names == std::vector<std::string>{"x", "y"});
    CHECK(data.weight_column == "w");
    CHECK(data.weights == Eigen::Vector2d(0.25, 1));
    CHECK(data.points == Points{{1, 5}, {2, 6}});
    CHECK(data.summary.rows == 2);
    CHECK(data.summary.weightless == 1);
  }
  CHECK(read("1,2\n3,4\n", "1").points == Points{{2, 4}});
  CHECK(read(table, "").weights.size() == 0);
}

TEST_CASE("weights: their unit does not matter, however large or small") {
  const Vector wanted = Eigen::Vector3d(0.5, 1, 1.5);
  CHECK(read("x,w\n1,1\n2,2\n3,3\n", "w").weights == wanted);
  const double large = 0x1p1022, small = 0x1p-1074;
  for (const double unit : {large, small}) {
    std::string text = "x,w\n";
    for (const int weight : {1, 2, 3}) text += "1," + shortest(weight * unit) + "\n";
    CHECK(read(text, "w").weights == wanted);
  }
  // Shares below the doubles: rows stay, as do those of the least double.
  CHECK(read("x,w\n1,1e-300\n2,1e300\n", "w").weights.minCoeff() ==
        std::numeric_limits<double>::denorm_min());
}

TEST_CASE("weights: labels are read beside them") {
  const test::Folder folder;
  test::write_text(folder / "t.csv", "x,kind,w\n1,a,3\n2,b,4\n");
  WantedColumns wanted;
  wanted.weight = "w";
  wanted.labels = "kind";
  const Dataset data = read_dataset(folder / "t.csv", {}, wanted);
  CHECK(data.points == Points{{1, 2}});
  CHECK(data.labels == Points{{0, 1}});
  CHECK(data.weights == Eigen::Vector2d(0.75, 1));
}

TEST_CASE("weights: a second table has those of the column that the first calls so, or none") {
  const test::Folder folder;
  test::write_text(folder / "a.csv", "x,w\n1,3\n2,4\n");
  test::write_text(folder / "b.csv", "w,x\n5,1\n6,2\n");
  test::write_text(folder / "c.csv", "x,other\n1,5\n2,6\n");
  WantedColumns wanted;
  wanted.weight = "2";
  const Dataset first = read_dataset(folder / "a.csv", {}, wanted);
  CHECK(read_alongside(first, folder / "b.csv", {}, "2").weights == Eigen::Vector2d(1.25, 1.5));
  const Dataset without = read_alongside(first, folder / "c.csv", {}, "2");
  CHECK(without.weights.size() == 0);
  CHECK(without.points == Points{{1, 2}});
}

TEST_CASE("weights: what cannot be one is refused where it stands") {
  const Error negative = error_of("x,w\n1,2\n3,-1\n", "w");
  CHECK(negative.id() == "negative-weight");
  CHECK(negative.problems().front().place.line == 3);
  CHECK(negative.problems().front().place.column == 3);
  CHECK(error_of("x,w\n1,0\n3,0\n", "w").id() == "no-rows");
  ReadOptions nothing_missing;
  nothing_missing.na = "";
  for (const char* const word : {"nan", "-inf"}) {
    const Error unreal = error_of("x,w\n1,2\n3," + std::string(word) + "\n", "w", nothing_missing);
    REQUIRE(unreal.problems().size() == 1);
    CHECK(unreal.id() == "non-finite");
  }
  CHECK(error_of(table, "v").id() == "missing-column");
  CHECK(error_of(table, "9").id() == "missing-column");
  CHECK(error_of(table, "x,w").id() == "one-weight");
  CHECK(error_of("x,w\n1,a\n3,b\n", "w").id() == "text-column");
  CHECK(error_of("x;w\n1;0,5\n3;2,5\n", "w").hint().find("--decimal ,") != std::string::npos);
  CHECK(error_of("x,w\n1,\n3,2\n", "w").id() == "missing-cell");
  ReadOptions selected;
  selected.columns = "x,w";
  CHECK(error_of(table, "w", selected).id() == "weight-selected");
  ReadOptions skipping;
  skipping.bad_rows = BadRowPolicy::skip;
  const Dataset rest = read("x,w\n1,2\n3,-1\n", "w", skipping);
  CHECK(rest.summary.skipped == 1);
  CHECK(rest.points == Points{{1}});
}
