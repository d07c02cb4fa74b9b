// Columns of bandwidths: found, read beside the others, and what is refused.
#include <doctest/doctest.h>

#include <string>
#include <utility>

#include "data/dataset.h"
#include "support/points.h"
#include "support/process.h"

using namespace fm;

namespace {

Dataset read(const std::string& text, const WantedColumns& wanted, const ReadOptions& options = {}) {
  const test::Folder folder;
  test::write_text(folder / "t.csv", text);
  return read_dataset(folder / "t.csv", options, wanted);
}

WantedColumns by(const std::string& bandwidth, const std::string& weight = "",
                 const std::string& labels = "") {
  WantedColumns wanted;
  wanted.bandwidth = bandwidth;
  wanted.weight = weight;
  wanted.labels = labels;
  return wanted;
}

const std::string table = "x,h,kind,w,y\n1,0.5,a,1,2\n3,4,b,0,4\n5,0.25,b,2,6\n";

}  // namespace

TEST_CASE("bandwidths: the column is none of the data, by name or number, beside labels and weights") {
  for (const char* const bandwidth : {"h", "2"}) {
    const Dataset data = read(table, by(bandwidth, "w", "kind"));
    CHECK(data.names == std::vector<std::string>{"x", "y"});
    CHECK(data.bandwidth_column == "h");
    CHECK(data.bandwidths == Eigen::Vector2d(0.5, 0.25));
    CHECK(data.weights == Eigen::Vector2d(0.5, 1));
    CHECK(data.labels == Points{{0, 1}});
    CHECK(data.points == Points{{1, 5}, {2, 6}});
  }
  const Dataset alone = read("1,2\n3,4\n", by("1"));
  CHECK(alone.points == Points{{2, 4}});
  CHECK(alone.bandwidths == Eigen::Vector2d(1, 3));
  CHECK(read("1,2\n3,4\n", by("")).bandwidths.size() == 0);
}

TEST_CASE("bandwidths: one that is none is shown with its line and column") {
  for (const auto& [cell, id] : {std::pair{"0", "bandwidth-range"},
                                 {"-0.5", "bandwidth-range"},
                                 {"nan", "non-finite"},
                                 {"NA", "missing-cell"},
                                 {"", "missing-cell"},
                                 {"inf", "non-finite"}}) {
    CAPTURE(cell);
    const std::string text = "x,h\n1,2\n3," + std::string(cell) + "\n5,6\n";
    const Error error = error_of([&] { read(text, by("h")); });
    CHECK(error.id() == id);
    CHECK(error.problems().size() == 1);
    CHECK(error.problems().front().place.line == 3);
    CHECK(error.problems().front().place.column == 3);
    ReadOptions lenient;
    lenient.missing = MissingPolicy::drop;
    lenient.bad_rows = BadRowPolicy::skip;
    CHECK(read(text, by("h"), lenient).bandwidths == Eigen::Vector2d(2, 6));
  }
}

TEST_CASE("bandwidths: a column that is not there, holds text or serves otherwise is refused") {
  const auto id_of = [](const WantedColumns& wanted, const std::string& columns = "") {
    ReadOptions options;
    options.columns = columns;
    return error_of([&] { read(table, wanted, options); }).id();
  };
  CHECK(id_of(by("z", "", "kind")) == "missing-column");
  CHECK(id_of(by("x,h", "", "kind")) == "one-bandwidth");
  CHECK(id_of(by("kind")) == "text-column");
  CHECK(id_of(by("h", "", "h,kind")) == "bandwidth-condition");
  CHECK(id_of(by("h", "h", "kind")) == "bandwidth-weight");
  CHECK(id_of(by("h", "", "kind"), "x,h") == "bandwidth-selected");
  WantedColumns wanted = by("h", "", "kind");
  wanted.names = {"x", "h"};
  CHECK(id_of(wanted) == "bandwidth-selected");
}

TEST_CASE("bandwidths: a second table has them where they are asked for, by the name in the first") {
  const test::Folder folder;
  test::write_text(folder / "a.csv", "x,h\n1,2\n3,4\n");
  test::write_text(folder / "b.csv", "h,x\n5,6\n7,8\n");
  test::write_text(folder / "c.csv", "x\n1\n2\n");
  const Dataset first = read_dataset(folder / "a.csv", {}, by("2"));
  const Dataset second = read_alongside(first, folder / "b.csv", {}, "", true);
  CHECK(second.points == Points{{6, 8}});
  CHECK(second.bandwidths == Eigen::Vector2d(5, 7));
  CHECK(read_alongside(first, folder / "b.csv", {}).bandwidths.size() == 0);
  CHECK(error_of([&] { read_alongside(first, folder / "c.csv", {}, "", true); }).id() == "missing-column");
}
