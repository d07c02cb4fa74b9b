// fm-data stats: three forms of one result, with what is missing counted column by column.
#include <cmath>

#include "core/json.h"
#include "tools/support.h"

using namespace fm;
using namespace fm::test;

namespace {

const std::string table = "a,kind,b\n1,u,5\n1,v,\n5,u,1\n5,NA,4\n";

}  // namespace

TEST_CASE("stats: each column by itself in JSON, CSV and a table") {
  const Folder folder;
  write_text(folder / "t.csv", table);
  const Json columns = Json::parse(output_of(folder, "fm-data stats t.csv"))["columns"];
  CHECK(columns[0].dump() == R"({"name":"a","kind":"numbers","count":4,"texts":0,"missing":0,"distinct":2,)"
                             R"("mean":3.0,"std":2.0,"min":1.0,"q1":1.0,"median":3.0,)"
                             R"("q3":5.0,"max":5.0})");
  CHECK(columns[1].dump() ==
        R"({"name":"kind","kind":"texts","count":0,"texts":3,"missing":1,"distinct":2})");
  CHECK(columns[2]["count"] == 3);
  CHECK(columns[2]["missing"] == 1);
  CHECK(columns[2]["median"] == 4);
  output_of(folder, "fm-data stats t.csv -c b,a -o s.csv");
  const auto lines = lines_of(read_text(folder / "s.csv"));
  REQUIRE(lines.size() == 3);
  CHECK(lines[0] == "column,kind,count,texts,missing,distinct,mean,std,min,q1,median,q3,max");
  CHECK(lines[1].starts_with("b,numbers,3,0,1,3,"));
  CHECK(lines[2] == "a,numbers,4,0,0,2,3,2,1,1,3,5,5");
  CHECK(contains(output_of(folder, "fm-data stats t.csv -f table"), "median"));
}

TEST_CASE("stats: correlations are over the rows that are whole in the columns of numbers") {
  const Folder folder;
  write_text(folder / "t.csv", table);
  const Json found = Json::parse(output_of(folder, "fm-data stats t.csv --correlation"))["correlation"];
  CHECK(found["rows"] == 3);
  CHECK(found["columns"].dump() == R"(["a","b"])");
  // (1, 5), (5, 1), (5, 4): deviations (-8, 4, 4) / 3 and (5, -7, 2) / 3
  CHECK(found["matrix"][0][1].get<double>() == doctest::Approx(-60 / std::sqrt(96. * 78)).epsilon(1e-14));
  CHECK(contains(output_of(folder, "fm-data stats t.csv --correlation -f csv"),
                 "\n\ncorrelation,a,b\na,1,-0.69"));
}

TEST_CASE("stats: what cannot be read is an error") {
  const Folder folder;
  check_error(shell(folder, "fm-data stats", "a,b\n1,2\n3\n"), 3, "ragged-row", "-:3:1");
  check_error(shell(folder, "fm-data stats", "a,b\n"), 3, "no-rows");
  check_error(shell(folder, "fm-data stats -c z", "a,b\n1,2\n"), 2, "unknown-column");
}
