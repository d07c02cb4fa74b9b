// fm-data split: a partition of the rows as they stand, with exact counts in every stratum.
#include <algorithm>
#include <map>

#include "tools/support.h"

using namespace fm::test;

namespace {

const std::string odd = "name;v\r\n\"a;1\";1.50\r\nb;+2\r\n\"a;1\"; 03\r\nc;\r\nb;5e0";

std::vector<std::string> body(const Folder& folder, const std::string& file) {
  auto lines = lines_of(read_text(folder / file));
  lines.erase(lines.begin());
  return lines;
}

}  // namespace

TEST_CASE("split: the parts are a partition of the rows, in their order, and the seed alone says which") {
  const Folder folder;
  const std::string command = "fm-data split '" + data_file("quakes.csv") + "' --train a --test b";
  REQUIRE(shell(folder, command).code == 0);
  auto together = body(folder, "a");
  const auto test = body(folder, "b");
  CHECK(test.size() == 140);
  together.insert(together.end(), test.begin(), test.end());
  auto all = lines_of(read_text(data_file("quakes.csv")));
  CHECK(lines_of(read_text(folder / "b"))[0] == all[0]);
  all.erase(all.begin());
  std::sort(all.begin(), all.end());
  std::sort(together.begin(), together.end());
  CHECK(together == all);
  const std::string first = read_text(folder / "b");
  REQUIRE(shell(folder, command + " -j 1").code == 0);
  CHECK(read_text(folder / "b") == first);
  REQUIRE(shell(folder, command + " --seed 1").code == 0);
  CHECK(read_text(folder / "b") != first);
}

TEST_CASE("split: by a column each value is shared out to the row, and the sum is the fraction of all") {
  const Folder folder;
  std::string table = "x,kind\n";
  for (int n = 0; n < 97; ++n)
    table += std::to_string(n) + (n % 10 == 0 ? ",rare" : n % 3 == 0 ? ",some" : ",most") + "\n";
  write_text(folder / "t.csv", table);
  REQUIRE(shell(folder, "fm-data split t.csv --train a --test b --fraction 0.3 --by kind").code == 0);
  std::map<std::string, int> all, test;
  for (const std::string& line : body(folder, "t.csv")) ++all[line.substr(line.find(',') + 1)];
  for (const std::string& line : body(folder, "b")) ++test[line.substr(line.find(',') + 1)];
  int sum = 0;
  for (const auto& [kind, count] : all) {
    CHECK(test[kind] >= static_cast<int>(0.3 * count));
    CHECK(test[kind] <= static_cast<int>(0.3 * count) + 1);
    sum += test[kind];
  }
  CHECK(sum == 29);  // 0.3 * 97 = 29.1
}

TEST_CASE("split: cells keep their bytes, quotes, line ends and all") {
  const Folder folder;
  REQUIRE(shell(folder, "fm-data split --train a --test b --fraction 0.4 --by name", odd).code == 0);
  const std::string train = read_text(folder / "a"), test = read_text(folder / "b");
  CHECK(train.starts_with("name;v\r\n"));
  CHECK(test.starts_with("name;v\r\n"));
  for (const std::string row : {"\"a;1\";1.50\r\n", "b;+2\r\n", "\"a;1\"; 03\r\n", "c;\r\n", "b;5e0\n"})
    CHECK(contains(train, row) != contains(test, row));
  CHECK(train.size() + test.size() == odd.size() + 1 + 8);  // a header more, and the last line's end
}

TEST_CASE("split: what cannot be done is refused, and nothing is written") {
  const Folder folder;
  write_text(folder / "t.csv", "x,y\n1,2\n3,4\n5\n");
  const std::string outputs = " --train a --test b";
  check_error(shell(folder, "fm-data split t.csv" + outputs), 3, "ragged-row", "t.csv:4:1");
  check_error(shell(folder, "fm-data split t.csv --train a"), 2, "split-outputs");
  check_error(shell(folder, "fm-data split t.csv --train a --test a"), 2, "same-output");
  check_error(shell(folder, "fm-data split t.csv --train a --test t.csv"), 2, "same-file");
  check_error(shell(folder, "fm-data split t.csv -c x" + outputs), 2, "split-whole-rows");
  check_error(shell(folder, "fm-data split t.csv --fraction 1" + outputs), 2, "option-range");
  check_error(shell(folder, "fm-data split t.csv --by x,y" + outputs), 2, "one-column", "--by names 2");
  check_error(shell(folder, "fm-data split t.csv --bad-rows skip --by z" + outputs), 2, "unknown-column");
  check_error(shell(folder, "fm-data split t.csv --bad-rows skip --fraction 0.1" + outputs), 3,
              "too-few-rows");
  check_error(shell(folder, "fm-data split t.csv --bad-rows skip --fraction 0.5 --train a --test no/b"), 5,
              "open");
  check_error(shell(folder, "fm-data split" + outputs, std::string("a,b\n1,\0\n", 8)), 3, "nul-byte");
  CHECK(output_of(folder, "ls") == "t.csv\n");
  CHECK(shell(folder, "fm-data split t.csv --bad-rows skip --fraction 0.5" + outputs).code == 0);
  CHECK(contains(output_of(folder, "fm-data split --help"), "fm-data split"));
}

TEST_CASE("split: JSON Lines and gzip are shared out like CSV, each line as it stands") {
  const Folder folder;
  std::string table, header = "n,kind\n", csv = header;
  for (int n = 0; n < 30; ++n) {
    const std::string kind = n % 3 == 0 ? "\\u0061" : "b";
    table += (n % 2 == 0 ? "{\"n\": " : "{ \"n\":") + std::to_string(n) + ",\"kind\":\"" + kind + "\"}\n";
    csv += std::to_string(n) + (n % 3 == 0 ? ",a\n" : ",b\n");
  }
  write_text(folder / "t.csv", csv);
  write_text(folder / "t.jsonl", table);
  const std::string options = " --fraction 0.3 --by kind --train a --test b";
  REQUIRE(shell(folder, "fm-data split t.jsonl" + options).code == 0);
  const std::string train = read_text(folder / "a"), test = read_text(folder / "b");
  CHECK(lines_of(test).size() == 9);
  for (const std::string& line : lines_of(table)) CHECK(contains(train, line) != contains(test, line));
  REQUIRE(shell(folder, "gzip -k t.jsonl; fm-data split t.jsonl.gz" + options).code == 0);
  CHECK(read_text(folder / "b") == test);
  REQUIRE(shell(folder, "fm-data split t.csv --fraction 0.3 --by kind --train a.gz --test b.gz").code == 0);
  const auto rows = lines_of(output_of(folder, "gzip -dc b.gz"));
  REQUIRE(rows.size() == 10);
  CHECK(rows[0] == "n,kind");
  for (std::size_t k = 0; k < 9; ++k)  // the same rows in another spelling
    CHECK(contains(lines_of(test)[k], rows[k + 1].substr(0, rows[k + 1].find(',')) + ",\"kind"));
}

TEST_CASE("split: a name of another format than the rows is refused, since they are copied as they stand") {
  const Folder folder;
  write_text(folder / "t.csv", "a,b\n1,2\n3,5\n4,4\n");
  write_text(folder / "t.tsv", "a\tb\n1\t2\n3\t5\n4\t4\n");
  write_text(folder / "t.jsonl", "{\"a\":1}\n{\"a\":2}\n{\"a\":3}\n");
  const auto split = [&](const std::string& from, const std::string& to) {
    return shell(folder, "fm-data split t." + from + " --train x --test y." + to +
                             "; code=$?; rm -f x y.*; exit $code");
  };
  for (const std::string from : {"csv", "tsv", "jsonl"}) {
    for (const std::string to : {"csv", "tsv.gz", "jsonl", "JSON.gz"}) {
      const bool json = to == "jsonl" || to == "JSON.gz";
      const bool fits = from == to || (from == "tsv" && to == "tsv.gz") || (from == "jsonl" && json);
      const Result result = split(from, to);
      if (fits)
        CHECK_MESSAGE(result.code == 0, result.err);
      else
        check_error(result, 2, "split-format", "y." + to);
    }
    CHECK(split(from, "part").code == 0);
  }
  CHECK(output_of(folder, "ls") == "t.csv\nt.jsonl\nt.tsv\n");
}

TEST_CASE("split: slips and tables that cannot be split have hints that help") {
  const Folder folder;
  for (const char* rows : {"", "1,2\n"}) {
    const Result few = shell(folder, "fm-data split --train x --test y", std::string("a,b\n") + rows);
    check_error(few, 3, "too-few-rows", "two rows or more");
  }
  for (const auto& [slip, meant] :
       {std::pair{"spilt", "split"}, std::pair{"chek", "check"}, std::pair{"convrt", "convert"}})
    check_error(shell(folder, std::string("fm-data ") + slip + " x.csv"), 2, "unknown-name", meant);
  check_error(shell(folder, "fm-data moonz"), 2, "unknown-name", "moons");
}
