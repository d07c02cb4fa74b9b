// Columns that meet between tables: models, samples and references, with and without names.
#include "tools/support.h"

using namespace fm::test;

namespace {

/// Runs each command, all of which must succeed.
void check_all(const Folder& folder, const std::vector<std::string>& commands) {
  for (const std::string& command : commands) {
    const Result result = shell(folder, command);
    CHECK_MESSAGE(result.code == 0, command, ": ", result.err);
  }
}

/// `names.csv`, whose first column is text, and `bare.csv`, the same without its header.
void write_tables(const Folder& folder) {
  std::string rows;
  for (int i = 0; i < 60; ++i)
    rows += std::string(i % 2 ? "M" : "F") + "," + std::to_string(i % 7) + "," + std::to_string(100 + i) +
            "," + std::to_string((i * i) % 11) + "\n";
  write_text(folder / "bare.csv", rows);
  write_text(folder / "names.csv", "sex,length,mass,rings\n" + rows);
}

}  // namespace

TEST_CASE("columns: a table without names and with a text column goes through all tools") {
  const Folder folder;
  write_tables(folder);
  check_all(folder, {"fm-train bare.csv -x 1 -o m" + brief, "fm-sample -m m -n 50 -o a.csv"});
  CHECK(lines_of(read_text(folder / "a.csv")).front() == "x2,x3,x4");
  check_all(folder, {"fm-eval a.csv -r bare.csv -x 1", "fm-eval a.csv -r bare.csv",
                     "fm-eval bare.csv -r a.csv -x 1", "fm-eval a.csv -r a.csv -x 1",
                     "fm-eval a.csv -r names.csv -x 1", "fm-eval bare.csv -r names.csv -x 1",
                     "fm-eval names.csv -r bare.csv -x 1", "fm-sample -m m bare.csv --reverse",
                     "fm-sample -m m bare.csv -x 1 --reverse", "fm-sample -m m names.csv -x sex --reverse",
                     "fm-sample -m m a.csv --reverse", "fm-path -m m bare.csv --times 1,0.5 --shard 2/3",
                     "fm-sample --exact bare.csv bare.csv -x 1 --times 0.5:0"});
  for (const char* reference : {"bare.csv", "names.csv"}) {
    const Result result = shell(folder, std::string("fm-eval a.csv -x 1 -r ") + reference);
    CHECK_MESSAGE(contains(result.out, R"("columns":["x2","x3","x4"])"), result.out);
  }
}

TEST_CASE("columns: made-up names are the same in messages, plan, model and samples") {
  const Folder folder;
  write_tables(folder);
  CHECK(contains(shell(folder, "fm-train bare.csv -c 2,4 --dry-run").out, "\"x4\""));
  CHECK(shell(folder, "fm-train bare.csv -c 2,4" + brief + "| fm-sample -n 1 | head -1").out == "x2,x4\n");
}

TEST_CASE("columns: -x for the data holds for a source file of the same layout, and for one with names") {
  const Folder folder;
  write_tables(folder);
  check_all(folder,
            {"fm-train bare.csv --source bare.csv -x 1 -o a" + brief,
             "fm-train names.csv --source bare.csv -x 1 -o b" + brief,
             "fm-train names.csv --source names.csv -x sex -o c" + brief,
             "cut -d, -f 3,2 names.csv > two.csv; fm-train names.csv --source two.csv -c mass,length -o d" +
                 brief});
  const Result result = shell(folder, "fm-train names.csv --source bare.csv -x sex -o e" + brief);
  CHECK(result.code == 3);
  CHECK(contains(result.err, "[column-count]"));
  CHECK(contains(result.err, "by number"));  // which is what the first command does
}

TEST_CASE("columns: -c and -x on points that a model transports must name columns of theirs") {
  const Folder folder;
  make_model(folder);
  const std::string points = " -m m.safetensors '" + data_file("moons-test.csv") + "' --reverse ";
  for (const char* option : {"-c nonsense", "-x nonsense"}) {
    const Result result = shell(folder, "fm-sample" + points + option);
    CHECK(result.code == 2);
    CHECK(contains(result.err, "[unknown-column]"));
  }
  CHECK(shell(folder, "fm-sample" + points + "-c y,x").out == shell(folder, "fm-sample" + points).out);
}
