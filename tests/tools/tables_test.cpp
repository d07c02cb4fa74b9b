// Tables on their way through the tools: rows left out, names of files and columns, outputs.
#include "tools/support.h"

using namespace fm::test;

namespace {

const std::string gaps = "a,b\n1,2\n,3\n4,5\nNA,1\nx\n6,8\n7,7\n";
const std::string lenient = " --missing drop --bad-rows skip ";
const std::string said = "gaps.csv: 2 rows with missing cells left out, 1 unreadable row skipped\n";

std::string without_blanks(std::string text) {
  std::erase_if(text, [](char c) { return c == ' ' || c == '\n'; });
  return text;
}

}  // namespace

TEST_CASE("tables: rows that are left out are told on standard error, in the report and in the plan") {
  const Folder folder;
  write_text(folder / "gaps.csv", gaps);
  const std::string counts = R"({"file":"gaps.csv","rows":4,"dropped":2,"skipped":1})";
  Result result = shell(folder, "fm-train gaps.csv -o m --report r" + lenient + brief);
  REQUIRE(result.code == 0);
  CHECK(contains(result.err, "fm-train: " + said));
  CHECK(contains(without_blanks(read_text(folder / "r")), counts));
  CHECK_FALSE(contains(shell(folder, "fm-train gaps.csv -q -o m" + lenient + brief).err, "left out"));
  result = shell(folder, "fm-train gaps.csv --dry-run" + lenient);
  CHECK(contains(without_blanks(result.out), counts));
  result = shell(folder, "fm-eval gaps.csv -r gaps.csv --report r" + lenient);
  CHECK(contains(result.err, said));
  CHECK(contains(without_blanks(read_text(folder / "r")), counts + "," + counts));
  for (const std::string stream :
       {"fm-sample -m m gaps.csv --reverse", "fm-path -m m gaps.csv --times 1,0"}) {
    result = shell(folder, stream + " --report r" + lenient);
    CHECK(contains(result.err, said));
    CHECK(contains(without_blanks(read_text(folder / "r")), counts));
  }
  CHECK(contains(without_blanks(shell(folder, "fm-sample -m m --dry-run").out), R"("tables":[])"));
  write_text(folder / "whole.csv", "a,b\n1,2\n3,5\n");
  CHECK_FALSE(contains(shell(folder, "fm-train whole.csv -o m" + lenient + brief).err, "left out"));
}

TEST_CASE("tables: names of files that are not UTF-8 do no harm where JSON is written") {
  const Folder folder;
  make_model(folder);
  const std::string name = "m\xfcll.csv";
  write_text(folder / name, read_text(data_file("moons-test.csv")));
  const std::vector<std::string> commands = {
      "fm-train m*.csv --dry-run", "fm-train m*.csv -o m\xfc --report r\xfc --log l\xfc" + brief,
      "fm-eval m*.csv -r m*.csv", "fm-train m*.csv --source m*.csv -o m2" + brief,
      "fm-sample -m m.safetensors m*.csv --reverse --dry-run"};
  for (const std::string& command : commands) {
    const Result result = shell(folder, command);
    CHECK_MESSAGE(result.code == 0, command, result.err);
  }
  CHECK(contains(shell(folder, "fm-eval m*.csv -r m*.csv").out, "m\xef\xbf\xbdll.csv"));
}

TEST_CASE("tables: column names that are not UTF-8 are refused, and iconv mends them") {
  const Folder folder;
  write_text(folder / "a.csv", "k\xf6rper,y\n1,2\n3,5\n4,4\n");
  const Result result = shell(folder, "fm-train a.csv -o m" + brief);
  CHECK(result.code == 3);
  CHECK(contains(result.err, "a.csv:1:1: error: "));
  CHECK(contains(result.err, "[name-encoding]"));
  CHECK(contains(result.err, "iconv -f LATIN1 -t UTF-8"));
  if (shell(folder, "command -v iconv").code != 0) {
    MESSAGE("skipped: no program `iconv`");
    return;
  }
  const Result mended =
      shell(folder, "iconv -f LATIN1 -t UTF-8 a.csv | fm-train" + brief + "| fm-sample -n 1 | head -1");
  CHECK(mended.out == "k\xc3\xb6rper,y\n");
}

TEST_CASE("tables: --precision does not round the numbers of rows") {
  const Folder folder;
  const std::string data = "'" + data_file("moons.csv") + "'";
  const Result result = shell(
      folder, "fm-sample --exact " + data + " -n 123456 --shard 123456/123456 --with-index --precision 3");
  CHECK(contains(result.out, "123455,"));
  const Result path = shell(
      folder, "fm-path --exact " + data + " -n 123456 --shard 123456/123456 --times 0,0.5 --precision 3");
  CHECK(lines_of(path.out).at(1).starts_with("123455,0.5,"));
}

TEST_CASE("tables: a compressed model is read as any other, a damaged one refused") {
  const Folder folder;
  REQUIRE(shell(folder, "fm-train '" + data_file("moons.csv") + "' -o m.gz" + brief).code == 0);
  make_model(folder);
  const std::string samples = shell(folder, "fm-sample -m m.safetensors -n 5").out;
  CHECK(shell(folder, "fm-sample -m m.gz -n 5").out == samples);
  CHECK(shell(folder, "fm-sample -n 5 < m.gz").out == samples);
  CHECK(shell(folder, "head -c 500 m.gz > cut; fm-sample -m cut -n 5").code == 4);
}

TEST_CASE("tables: an empty name of an output is a slip, not standard output") {
  const Folder folder;
  const Result apart = shell(folder, "fm-data moons -n 3 -o \"$UNSET\"");
  CHECK(apart.code == 2);
  CHECK(contains(apart.err, "[option-empty]"));
  CHECK(apart.out.empty());
  // The next argument must not become the value, or this would write over a.csv.
  const Result together = shell(folder, "echo 1,2 > a.csv; fm-data moons --output=$UNSET a.csv");
  CHECK(together.code == 2);
  CHECK(contains(together.err, "[option-missing]"));
  CHECK(read_text(folder / "a.csv") == "1,2\n");
  CHECK(shell(folder, "echo 1,2 > a.csv; fm-train a.csv --dry-run --na ''").code == 0);
}

TEST_CASE("tables: shards of points need a file that can be read twice") {
  const Folder folder;
  make_model(folder);
  const std::string points = "'" + data_file("moons-test.csv") + "'";
  const std::string start = "fm-sample -m m.safetensors --reverse --shard 1/2 ";
  for (const std::string& input : {"<(cat " + points + ")", "- < " + points}) {
    const Result result = shell(folder, start + input);
    CHECK(result.code == 2);
    CHECK(contains(result.err, "[shard-stdin]"));
  }
  CHECK(contains(shell(folder, start + "missing.csv").err, "[open]"));
  CHECK(shell(folder, start + points).code == 0);
}

TEST_CASE("tables: 40000 columns with names are read in the time of their bytes, in any order") {
  const Folder folder;
  std::string names, row, backwards, row_backwards;
  constexpr int columns = 40000;
  for (int c = 0; c < columns; ++c) {
    const std::string end = c + 1 < columns ? "," : "\n";
    names += "c" + std::to_string(c) + end;
    row += std::to_string(c % 7) + end;
    backwards += "c" + std::to_string(columns - 1 - c) + end;
    row_backwards += std::to_string((columns - 1 - c) % 7) + end;
  }
  write_text(folder / "t.csv", names + row + row + row + row);
  write_text(folder / "back.csv", backwards + row_backwards + row_backwards);
  // A quadratic pass over the names takes a minute, a linear one a tenth of a second.
  for (const char* command :
       {"fm-data convert t.csv -f jsonl -o t.jsonl", "fm-data stats t.csv -o s.json",
        "fm-eval back.csv -r t.csv --metric w1 --repeats 1 --permutations 19 -o e.json"}) {
    const Result result = shell(folder, std::string("ulimit -t 8; ") + command);
    CHECK_MESSAGE(result.code == 0, command, result.err);
  }
  CHECK(contains(read_text(folder / "e.json"), "\"w1\":{\"value\":0.0"));
}
