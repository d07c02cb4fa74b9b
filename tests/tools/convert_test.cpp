// fm-data convert: there and back, cells are what they were.
#include "tools/support.h"

using namespace fm::test;

namespace {

std::string converted(const Folder& folder, const std::string& options, const std::string& input) {
  const Result result = shell(folder, "fm-data convert " + options, input);
  REQUIRE_MESSAGE(result.code == 0, result.err);
  return result.out;
}

const std::string odd =
    "n,text,spelling\n1.50,\"a,b\",+1\n-0,\"say \"\"x\"\"\",.5\n1e5,\" blank "
    "\",007\n,\"two\nlines\",\n2,[x],1.\n";

}  // namespace

TEST_CASE("convert: through JSON Lines, TSV and gzip and back a table is the same bytes") {
  const Folder folder;
  const std::string canonical =
      "n,text,spelling\n1.50,\"a,b\",+1\n-0,\"say \"\"x\"\"\",.5\n1e5,\" blank "
      "\",007\n,\"two\nlines\",\n2,\"[x]\",1.\n";
  CHECK(converted(folder, "", odd) == canonical);
  for (const std::string middle : {"m.jsonl", "m.tsv", "m.jsonl.gz", "m.tsv.gz", "m.csv.gz"}) {
    CAPTURE(middle);
    converted(folder, "-o " + middle, odd);
    CHECK(converted(folder, middle + " --header auto", "") == canonical);
  }
  CHECK(contains(output_of(folder, "gzip -dc m.tsv.gz | head -n 2"), "n\ttext\tspelling\n1.50\ta,b\t+1\n"));
}

TEST_CASE(
    "convert: JSON has numbers where it can hold them, strings elsewhere, and its own cells as they are") {
  const Folder folder;
  CHECK(converted(folder, "-f jsonl", odd) ==
        "{\"n\":1.50,\"text\":\"a,b\",\"spelling\":\"+1\"}\n"
        "{\"n\":-0,\"text\":\"say \\\"x\\\"\",\"spelling\":\".5\"}\n"
        "{\"n\":1e5,\"text\":\" blank \",\"spelling\":\"007\"}\n"
        "{\"n\":null,\"text\":\"two\\nlines\",\"spelling\":null}\n"
        "{\"n\":2,\"text\":\"[x]\",\"spelling\":\"1.\"}\n");
  const std::string own =
      "{\"a\":1.0,\"b\":\"5\",\"c\":null}\n{\"a\":-2E+3,\"b\":\"\\u00e9\\n\",\"c\":true}\n";
  CHECK(converted(folder, "-f jsonl", own) == own);
  CHECK(converted(folder, "-f csv", own) == "a,b,c\n1.0,5,\n-2E+3,\"\xc3\xa9\n\",true\n");
  CHECK(converted(folder, "-f jsonl", "1 2\n3 4\n") == "[1,2]\n[3,4]\n");
  CHECK(converted(folder, "", "[1,2]\n[3,4]\n") == "1,2\n3,4\n");
  CHECK(converted(folder, "-f jsonl", "{\"a\":NaN,\"b\":1}\n") == "{\"a\":\"NaN\",\"b\":1}\n");
}

TEST_CASE("convert: columns are chosen and put in order, and rows with missing cells left out on demand") {
  const Folder folder;
  CHECK(converted(folder, "-c 3,n", odd).starts_with("spelling,n\n+1,1.50\n"));
  CHECK(converted(folder, "-x text --missing drop", odd) == "n,spelling\n1.50,+1\n-0,.5\n1e5,007\n2,1.\n");
  CHECK(converted(folder, "-c n", odd) == "n\n1.50\n-0\n1e5\n\"\"\n2\n");
  CHECK(converted(folder, "--bad-rows skip", "a,b\n1,2\n3\n4,5\n") == "a,b\n1,2\n4,5\n");
}

TEST_CASE("convert: what cannot be written is an error, and the old file stays") {
  const Folder folder;
  write_text(folder / "old", "old");
  write_text(folder / "t.csv", "a,b\n1,x\n2,\xff\n");
  check_error(shell(folder, "fm-data convert t.csv -f jsonl -o old"), 3, "cell-encoding", "t.csv:3");
  check_error(shell(folder, "fm-data convert -f jsonl -o old", "a,a\n1,2\n"), 2, "column-name");
  check_error(shell(folder, "fm-data convert -o old", "a,b\n1,2\n3\n"), 3, "ragged-row");
  check_error(shell(folder, "fm-data convert t.csv -o ./t.csv"), 2, "same-file");
  check_error(shell(folder, "fm-data convert t.csv > /dev/full"), 5, "write");
  CHECK(read_text(folder / "old") == "old");
}

TEST_CASE(
    "convert: a NUL that JSON can say is an error with its place in delimited text, and stays in JSON") {
  const Folder folder;
  write_text(folder / "t.jsonl", "{\"a\":\"x\",\"b\":1}\n{\"a\":\"x\\u0000y\",\"b\":2}\n");
  check_error(shell(folder, "fm-data convert t.jsonl"), 3, "nul-byte", "t.jsonl:2:6: ");
  check_error(shell(folder, "fm-data convert -f tsv", "{\"a\\u0000\":1}\n"), 3, "nul-byte", "column name");
  CHECK(output_of(folder, "fm-data convert t.jsonl -f jsonl") == read_text(folder / "t.jsonl"));
}
