// fm-data check: its verdict is fm-train's own, and what it says of columns is what stands in them.
#include "core/json.h"
#include "tools/found_tables.h"
#include "tools/support.h"

using namespace fm;
using namespace fm::test;

namespace {

/// Messages without the name of the tool before each.
std::string without_tool(const std::string& messages, const std::string& name) {
  std::string rest;
  for (const std::string& line : lines_of(messages)) {
    REQUIRE(line.starts_with(name));
    rest += line.substr(name.size()) + "\n";
  }
  return rest;
}

/// Checks that `fm-data check ARGUMENTS` says what `fm-train ARGUMENTS --dry-run` does.
void check_verdict(const Folder& folder, const std::string& arguments, const std::string& input = "") {
  CAPTURE(arguments);
  const Result train = shell(folder, "fm-train " + arguments + " --dry-run", input);
  const Result checked = shell(folder, "fm-data check " + arguments, input);
  if (train.code == 2 || train.code == 5) {
    CHECK(checked.code == train.code);
    CHECK(checked.out.empty());
    CHECK(without_tool(checked.err, "fm-data check: ") == without_tool(train.err, "fm-train: "));
    return;
  }
  REQUIRE_MESSAGE(checked.code == (train.code == 0 ? 0 : 1), checked.err);
  CHECK(checked.err.empty());
  const Json verdict = Json::parse(checked.out)["training"];
  CHECK(verdict["trains"] == (train.code == 0));
  if (train.code == 0) {
    const Json plan = Json::parse(train.out);
    for (const char* key : {"rows", "columns", "parameters"}) CHECK(verdict[key] == plan[key]);
    CHECK(verdict["steps"] == plan["options"]["steps"]);
    return;
  }
  CHECK(verdict["exit_code"] == train.code);
  std::string all;
  for (const Json& problem : verdict["problems"]) {
    const std::string line =
        ": error: " + problem["message"].get<std::string>() + " [" + problem["id"].get<std::string>() + "]\n";
    CHECK(contains(train.err, line));
  }
  if (verdict["hint"] != "") CHECK(contains(train.err, "hint: " + verdict["hint"].get<std::string>() + "\n"));
}

struct Table {
  const char* what;
  std::string text;
  const char* options = "";
};

using namespace std::string_literals;

const std::vector<Table>& tables() {
  static const std::vector<Table> all = {
      {"good", "a,b\n1,2\n3,5\n4,4\n"},
      {"text beside numbers", "a,b\n1,u\n3,v\n"},
      {"text left out", "a,b\n1,u\n3,v\n", "-x b"},
      {"text as a condition", "a,b\n1,u\n3,v\n2,v\n", "--condition b"},
      {"weights", "a,b\n1,2\n3,0\n4,4\n", "--weight b"},
      {"weights below 0", "a,b\n1,2\n3,-1\n", "--weight b"},
      {"a missing cell", "a,b\n1,2\n3,\n"},
      {"a missing cell dropped", "a,b\n1,2\n3,\n", "--missing drop"},
      {"nothing but missing cells", "a,b\n,\n,\n", "--missing drop --header yes"},
      {"a ragged row", "a,b\n1,2\n3\n4,4\n"},
      {"a ragged row skipped", "a,b\n1,2\n3\n4,4\n", "--bad-rows skip"},
      {"empty", ""},
      {"blank", "\n \n"},
      {"a header alone", "a,b\n"},
      {"all text", "a,b\nc,d\n"},
      {"a header of numbers", "1,2\n1,M\n2,B\n"},
      {"two delimiters", "1;2,3\n4;5,6\n"},
      {"no delimiter", "a b\n1;2;3\n4,5\n"},
      {"decimal commas", "a;b\n1,5;2\n3,5;4\n"},
      {"decimal commas, said", "a;b\n1,5;2\n3,5;4\n", "--decimal ,"},
      {"a slip", "a,b\n1,2\n3,x4\n5,6\n"},
      {"an infinity", "a,b\n1,2\n3,inf\n"},
      {"beyond a double", "a,b\n1,2\n3,1e999\n"},
      {"scales beyond a double", "a,b\n1e308,2\n-1e308,3\n1.7e308,3\n"},
      {"a quote never closed", "a,b\n1,2\n\"3,4\n5,6\n"},
      {"two columns of one name", "a,a\n1,2\n"},
      {"a NUL", "a,b\n1,2\n3,\0\n"s},
      {"JSON", "{\"a\":1,\"b\":2}\n{\"b\":3,\"a\":5}\n"},
      {"JSON of two forms", "{\"a\":1,\"b\":2}\n[1,2]\n"},
      {"JSON with a text", "{\"a\":1,\"b\":\"2\"}\n{\"a\":1,\"b\":\"x\"}\n"},
      {"UTF-16",
       "\xff\xfe"
       "a\0,\0b\0"s},
      {"a spreadsheet",
       "PK\x03\x04"
       "abcdefg"s},
      {"half a gzip file", "\x1f\x8b\x08\0\0\0\0\0\0\x03KL"s},
      {"a column that is not there", "a,b\n1,2\n", "-c z"},
      {"a column twice", "a,b\n1,2\n", "-c a,a"},
  };
  return all;
}

}  // namespace

TEST_CASE("check: the verdict is that of fm-train, error and hint too, on good and bad tables") {
  const Folder folder;
  for (const Table& table : tables()) {
    CAPTURE(table.what);
    write_text(folder / "t", table.text);
    check_verdict(folder, std::string("t ") + table.options);
    check_verdict(folder, std::string("- ") + table.options, table.text);
  }
  check_verdict(folder, "none.csv");
  check_verdict(folder, ".");
}

TEST_CASE("check: a table from a pipe is judged as the file is") {
  const Folder folder;
  for (const Table& table : tables()) {
    CAPTURE(table.what);
    write_text(folder / "t", table.text);
    const Result file = shell(folder, std::string("fm-data check - < t ") + table.options);
    const Result pipe = shell(folder, std::string("cat t | fm-data check ") + table.options);
    CHECK(pipe.code == file.code);
    CHECK(pipe.out == file.out);
    CHECK(pipe.err == file.err);
  }
}

TEST_CASE("check: the verdict is that of fm-train on tables as they are found") {
  const Folder folder;
  const auto files = found_tables();
  if (files.empty()) MESSAGE("skipped: no folder FM_SHARED_DATA or ../shared/data");
  for (const std::string& file : files) check_verdict(folder, "'" + file + "'");
}

TEST_CASE("check: columns are counted as they stand") {
  const Folder folder;
  write_text(folder / "t.csv",
             "n,kind,twice,mix,one,void\n1,a,1,2.5,7,\n0,b,0,x,7,NA\n3,a,3,,7,\n3,a,3,,7,?\nshort\n");
  const Result result = shell(folder, "fm-data check t.csv --bad-rows skip -c n,one");
  REQUIRE_MESSAGE(result.code == 0, result.err);
  const Json json = Json::parse(result.out);
  CHECK(json["rows"] == 4);
  CHECK(json["unreadable_rows"] == 1);
  CHECK(json["repeated_rows"] == 1);
  CHECK(json["delimiter"] == ",");
  CHECK(json["names"] == true);
  const Json& columns = json["columns"];
  REQUIRE(columns.size() == 6);
  CHECK(columns[0].dump() == R"({"name":"n","role":"selected","kind":"numbers","numbers":4,"texts":0,)"
                             R"("missing":0,"distinct":3,"min":0.0,"max":3.0,"constant":false,)"
                             R"("integers":true})");
  CHECK(columns[1].dump() == R"({"name":"kind","role":"left out","kind":"texts","numbers":0,"texts":4,)"
                             R"("missing":0,"distinct":2,"constant":false,"integers":false,)"
                             R"("first_text":{"text":"a","line":2}})");
  CHECK(columns[2]["equal_to"] == "n");
  CHECK(columns[3]["kind"] == "mixed");
  CHECK(columns[3]["missing"] == 2);
  CHECK(columns[3]["first_text"].dump() == R"({"text":"x","line":3})");
  CHECK(columns[4]["constant"] == true);
  CHECK(columns[5]["kind"] == "empty");
  const Json& training = json["training"];
  CHECK(training["columns"].dump() == R"(["n","one"])");
  CHECK(training["warnings"][0] == "column \"one\" has one value only");
}

TEST_CASE("check: for people it is a table, and the report has what JSON has") {
  const Folder folder;
  write_text(folder / "t.csv", "a,b\n1,u\n2,v\n");
  const Result refused = shell(folder, "fm-data check t.csv --format table --report r");
  CHECK(refused.code == 1);
  CHECK(contains(refused.out, "delimited text, -d , (the only one that cuts all records alike)\n"));
  CHECK(contains(refused.out, "fm-train would refuse it:\n  t.csv:2:3: error: column \"b\" holds text"));
  CHECK(contains(refused.out, "  hint: use the columns of numbers"));
  CHECK(Json::parse(read_text(folder / "r"))["training"]["trains"] == false);
  CHECK(
      contains(output_of(folder, "fm-data check t.csv -c a -f table"), "fm-train would train on it: 2 rows"));
  check_error(shell(folder, "fm-data check t.csv -f csv"), 2, "check-format");
  check_error(shell(folder, "fm-data check t.csv -o ./t.csv"), 2, "same-file");
}

TEST_CASE("check: it says by what each decision was made") {
  const Folder folder;
  const auto reasons = [&](const std::string& text, const std::string& options = "") {
    const Json json = Json::parse(shell(folder, "fm-data check " + options, text).out);
    return json["reason"].get<std::string>() + "; " + json["names_reason"].get<std::string>();
  };
  CHECK(reasons("1;2\n3;4\n", "-d ';' --header no") == "--delimiter; --header");
  CHECK(reasons("1\n2\n") ==
        "no delimiter cuts the records: one column; the first record is like the rows below");
  CHECK(reasons("1,2\n3,4\n5\n6,7\n").starts_with("the only one that cuts most records alike"));
  CHECK(reasons("2020 10,5\n2021 11,6\n", "-c 2 --header no")
            .starts_with("of those that cut all records alike, the only one that makes numbers"));
  CHECK(reasons("[1,2]\n") == "the first record opens like JSON; arrays have no names");
}
