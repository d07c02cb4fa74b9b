#include "cli/result_format.h"

#include <doctest/doctest.h>

using namespace fm;

TEST_CASE("result format: a table has its first column to the left, the others to the right") {
  CHECK(aligned({{"solver", "error"}, {"rk4", "0.25"}, {"multistep", "1"}}) ==
        "solver     error\n"
        "rk4         0.25\n"
        "multistep      1\n");
}

TEST_CASE("result format: cells with commas or quotes are quoted in CSV") {
  CHECK(comma_separated({{"a", "b"}, {"x:k=1,l=2", "2"}, {"say \"no\"", ""}}) ==
        "a,b\n\"x:k=1,l=2\",2\n\"say \"\"no\"\"\",\n");
}

TEST_CASE("result format: automatic is JSON but on a terminal, and a format that was asked for stays") {
  CHECK(settled(ResultFormat::automatic, "file.json") == ResultFormat::json);
  CHECK(settled(ResultFormat::automatic, "file.csv") == ResultFormat::csv);
  CHECK(settled(ResultFormat::automatic, "file.csv.gz") == ResultFormat::csv);
  for (const ResultFormat format : {ResultFormat::table, ResultFormat::json, ResultFormat::csv})
    CHECK(settled(format, "-") == format);
}
