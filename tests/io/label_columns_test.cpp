// Columns of labels: numbers, or texts as classes, read beside the columns of numbers and written back.
#include <doctest/doctest.h>

#include <functional>

#include "core/error.h"

#include "io/table_reader.h"
#include "io/table_writer.h"
#include "support/process.h"

using namespace fm;

namespace {

/// A table and what was read from it.
struct Read {
  Points block;
  std::vector<LabelColumn> labels;
  std::vector<std::string> names;
  ReadSummary summary;
};

Read read(const std::string& text, const WantedColumns& wanted, const ReadOptions& options = {}) {
  const test::Folder folder;
  test::write_text(folder / "t.csv", text);
  TableReader reader(folder / "t.csv", options, wanted);
  Read result;
  reader.read(result.block, 1000);
  result.labels = reader.labels();
  result.names = reader.names();
  result.summary = reader.summary();
  return result;
}

void read_all(const std::string& text, const WantedColumns& wanted) {
  const test::Folder folder;
  test::write_text(folder / "t.csv", text);
  TableReader reader(folder / "t.csv", {}, wanted);
  Points block;
  while (reader.read(block, 4096) > 0) continue;
}

/// The error of `action`, which must throw one.
Error error_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    return error;
  }
  FAIL("no error");
  return usage_error("", "");
}

const std::string flowers = "kind,x,size,y\nrose,1,10,2\n tulip ,3,20,4\n\"rose\",5,30,6\n";

WantedColumns with_labels(const std::string& labels) {
  WantedColumns wanted;
  wanted.labels = labels;
  return wanted;
}

WantedColumns with_known(const std::vector<LabelColumn>& labels) {
  WantedColumns wanted;
  wanted.known_labels = labels;
  return wanted;
}

}  // namespace

TEST_CASE(
    "labels: texts become the numbers of classes in the order they are met, numbers stay, and they follow "
    "the others") {
  const Read result = read(flowers, with_labels("kind,size"));
  CHECK(result.names == std::vector<std::string>{"x", "y"});
  REQUIRE(result.labels.size() == 2);
  CHECK(result.labels[0].name == "kind");
  CHECK(result.labels[0].classes == std::vector<std::string>{"rose", "tulip"});
  CHECK(result.labels[1].classes.empty());
  CHECK(result.block == Points{{1, 3, 5}, {2, 4, 6}, {0, 1, 0}, {10, 20, 30}});
}

TEST_CASE("labels: a list may name them by place, and -c and -x have no say in them") {
  CHECK(read(flowers, with_labels("1,3")).block == read(flowers, with_labels("kind,size")).block);
  ReadOptions options;
  options.columns = "2-4";
  CHECK(read(flowers, with_labels("size"), options).names == std::vector<std::string>{"x", "y"});
  options.columns = "";
  options.exclude = "size,kind";
  CHECK(read(flowers, with_labels("kind"), options).block == Points{{1, 3, 5}, {2, 4, 6}, {0, 1, 0}});
}

TEST_CASE("labels: known classes keep their numbers, and columns of a model are found beside them") {
  WantedColumns wanted = with_known({{"kind", {"tulip", "lily", "rose"}}});
  wanted.names = {"y", "x"};
  CHECK(read(flowers, wanted).block == Points{{2, 4, 6}, {1, 3, 5}, {2, 0, 2}});
}

TEST_CASE("labels: a text among numbers makes all values of the column classes, as they are written") {
  const Read result = read("x,kind\n1,1\n2,01\n3,2\n4,X\n5,1\n", with_labels("kind"));
  CHECK(result.labels[0].classes == std::vector<std::string>{"1", "01", "2", "X"});
  CHECK(result.block == Points{{1, 2, 3, 4, 5}, {0, 1, 2, 3, 0}});
}

TEST_CASE("labels: a text far below numbers is refused, with a hint that works") {
  std::string rows;
  for (int n = 0; n < 300000; ++n) rows += "1,2\n";  // more than is looked at to find what columns hold
  const Error late = error_of([&] { read_all("x,kind\n" + rows + "3,X\n", with_labels("kind")); });
  CHECK(late.id() == "csv-number");
  CHECK(late.hint().ends_with("move this row to the top"));
  CHECK_NOTHROW(read_all("x,kind\n3,X\n" + rows, with_labels("kind")));
}

TEST_CASE("labels: a column of weights is neither a label nor one of the points") {
  WantedColumns wanted = with_labels("kind");
  wanted.weight = "kind";
  const auto refused = [&](const std::string& id, const std::string& part) {
    const Error error = error_of([&] { read(flowers, wanted); });
    CHECK(error.id() == id);
    CHECK(std::string(error.what()).find(part) != std::string::npos);
    CHECK(error.hint().starts_with("weights are a column of their own"));
  };
  refused("weight-condition", "--condition and --weight both name column \"kind\"");
  wanted = with_known({{"size"}});
  wanted.weight = "size";
  refused("weight-condition", "\"size\", which is a condition of the model");
  wanted = {};
  wanted.names = {"x", "y"};
  wanted.weight = "x";
  refused("weight-selected", "column \"x\"");
}

TEST_CASE("labels: JSON Lines hold them too") {
  const std::string json = R"({"kind":"a\n","x":1})"
                           "\n"
                           R"({"x":2,"kind":"b"})"
                           "\n";
  const Read result = read(json, with_labels("kind"));
  CHECK(result.labels[0].classes == std::vector<std::string>{"a\n", "b"});
  CHECK(result.block == Points{{1, 2}, {0, 1}});
}

TEST_CASE("labels: an unknown class is an error at its place that lists the known ones, or the nearest") {
  const auto fails = [](const std::vector<std::string>& classes) {
    return error_of([&] { read(flowers, with_known({{"kind", classes}})); });
  };
  ReadOptions skip;
  skip.exclude = "size";
  const Error error = error_of([&] { read(flowers, with_known({{"kind", {"rose", "lily"}}}), skip); });
  CHECK(error.id() == "unknown-class");
  CHECK(error.problems().front().place.line == 3);
  CHECK(error.hint() == "known: rose, lily");
  CHECK(fails({"rose", "tulips"}).hint() == "did you mean \"tulips\"? known: rose, tulips");
  skip.bad_rows = BadRowPolicy::skip;
  const Read rest = read(flowers, with_known({{"kind", {"rose"}}}), skip);
  CHECK(rest.summary.skipped == 1);
  CHECK(rest.block == Points{{1, 5}, {2, 6}, {0, 0}});
}

TEST_CASE("labels: missing ones follow --missing") {
  const std::string text = "kind,x\na,1\n,2\nb,3\n";
  CHECK(error_of([&] { read(text, with_labels("kind")); }).id() == "missing-cell");
  ReadOptions drop;
  drop.missing = MissingPolicy::drop;
  CHECK(read(text, with_labels("kind"), drop).block == Points{{1, 3}, {0, 1}});
}

TEST_CASE("labels: what cannot be one is refused") {
  const auto id = [](const std::string& text, const WantedColumns& wanted) {
    return error_of([&] { read(text, wanted); }).id();
  };
  CHECK(id(flowers, with_labels("kinds")) == "unknown-column");
  CHECK(id(flowers, with_known({{"colour", {"red"}}})) == "missing-column");
  CHECK(id("kind,x\n\xff,1\n", with_labels("kind")) == "class-encoding");
  CHECK(id("{\"kind\":\"a\\u0000b\",\"x\":1}\n", with_labels("kind")) == "nul-byte");
  CHECK(id("size,x\n1,1\n2,2\nsmall,3\n", with_known({{"size"}})) == "csv-number");
  CHECK(id("size,x\nsmall,1\n", with_known({{"size", {}}})) == "csv-number");
  std::string many = "kind,x\n";
  for (std::size_t n = 0; n <= max_classes; ++n) many += "k" + std::to_string(n) + ",1\n";
  CHECK(id(many, with_labels("kind")) == "too-many-classes");
  many.erase(many.size() - std::string("k256,1\n").size());
  CHECK(read(many, with_labels("kind")).labels[0].classes.size() == max_classes);
}

TEST_CASE("labels: classes are written as their texts, and read back as themselves") {
  const std::vector<std::string> classes = {"plain", "with, comma", "a \"quote\"", "12", " padded"};
  for (const char* file : {"out.csv", "out.tsv", "out.jsonl"}) {
    const test::Folder folder;
    const Points rows{{0.5, 1, 2, 3, 4}, {0, 1, 2, 3, 4}};
    {
      Output output(folder / file);
      TableWriter writer(output, {}, {"x", "kind"});
      writer.set_classes(1, classes);
      writer.header();
      writer.write(rows);
      output.commit();
    }
    TableReader reader(folder / file, {}, with_labels("kind"));
    Points block;
    reader.read(block, 10);
    CHECK(block == rows);
    CHECK(reader.labels()[0].classes.front() == "plain");
    CHECK(reader.labels()[0].classes[2] == classes[2]);
  }
}
