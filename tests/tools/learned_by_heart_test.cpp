// What fm-train says of a model that repeats its rows.
#include <string>

#include "core/json.h"
#include "tools/support.h"

using namespace fm::test;
using fm::Json;

namespace {

/// few.csv: 40 rows; near.csv: the same, each moved a little, so that the best state on them is one that
/// knows the rows closely.
void make_rows(const Folder& folder) {
  output_of(folder,
            "fm-data moons -n 40 --seed 1 -o few.csv; awk -F, 'BEGIN { OFS = \",\" } NR == 1 { print; next } "
            "{ for (k = 1; k <= 2; k++) $k += 0.13 * sin(97 * NR + 31 * k); print }' few.csv > near.csv");
}

Json report_of(const Folder& folder, const std::string& command) {
  const Result result = shell(folder, command + " -o model --report report");
  REQUIRE_MESSAGE(result.code == 0, result.err);
  return Json::parse(read_text(folder / "report"));
}

}  // namespace

TEST_CASE("learned by heart: a model nearer to its rows than to others is a warning, and its cure works") {
  const Folder folder;
  make_rows(folder);
  const std::string command =
      "fm-train few.csv --validation-file near.csv --pool 0 --batch-size 128 --hidden 64,64 --lr 1e-2 "
      "-o model --report report ";
  const Result long_run = shell(folder, command + "--steps 3000");
  REQUIRE(long_run.code == 0);
  CHECK(contains(long_run.err, "the model repeats its rows"));
  const Json found = Json::parse(read_text(folder / "report"))["memorisation"];
  CHECK(found["p_value"].get<double>() <= 0.001);
  CHECK(found["value"].get<double>() > 0.55);
  CHECK(found["ratio"].get<double>() < 1);
  CHECK(found["copies"] == 0);
  for (const std::string cure : {"--epochs 100", "--steps 3000 --optimizer adamw:weight_decay=1"}) {
    const Result cured = shell(folder, command + cure);
    REQUIRE(cured.code == 0);
    CHECK(!contains(cured.err, "repeats its rows"));
  }
  CHECK(shell(folder, command + "--steps 3000 -q").err.empty());
}

TEST_CASE("learned by heart: a model of a large table is not, and without held-out rows nothing is said") {
  const Folder folder;
  const std::string command = "fm-train " + data_file("moons.csv") + " --steps 300 --hidden 32,32";
  const Json found = report_of(folder, command + " --validation 0.2")["memorisation"];
  // The test is exact where nothing is learned by heart: a false alarm in 1000.
  CHECK(found["p_value"].get<double>() > 0.001);
  CHECK(found["draws"] == 500);
  CHECK(!report_of(folder, command).contains("memorisation"));
}

TEST_CASE("learned by heart: pairs, conditions, bridges and all predictions are drawn from") {
  const Folder folder;
  const std::string moons = data_file("moons.csv"),
                    brief = " --validation 0.2 --steps 30 --hidden 8 --pool 2000";
  output_of(
      folder,
      "fm-data 8gaussians -n 300 --seed 1 -o a.csv; fm-data moons -n 300 --seed 2 -o b.csv; "
      "fm-pairs a.csv b.csv -o pairs.csv; awk -F, 'BEGIN { OFS = \",\" } { print $0, NR == 1 ? \"kind\" : "
      "($1 > 0 ? \"right\" : \"left\") }' b.csv > kinds.csv");
  for (const std::string command :
       {"fm-train --pairs pairs.csv", "fm-train kinds.csv --condition kind",
        "fm-train b.csv --source a.csv --path bridge:std=0.5 --coupling sinkhorn:reg_abs=0.5",
        "fm-train b.csv --path adaptive --coupling independent", "fm-train b.csv --predict x1",
        "fm-train b.csv --predict x0", "fm-train b.csv --scheduler vp"}) {
    CAPTURE(command);
    const Json report = report_of(folder, command + brief);
    REQUIRE(report.contains("memorisation"));
    CHECK(report["memorisation"]["rows"] == 60);
  }
}

TEST_CASE("learned by heart: model and finding are the same for any number of threads") {
  const Folder folder;
  make_rows(folder);
  const std::string command = "fm-train few.csv --validation 0.2 --steps 40 --hidden 8 --pool 1000 -o ";
  const Result one = shell(folder, command + "one -j 1 --report r1"),
               two = shell(folder, command + "two -j 3 --report r2");
  REQUIRE(one.code + two.code == 0);
  CHECK(read_text(folder / "one") == read_text(folder / "two"));
  CHECK(Json::parse(read_text(folder / "r1"))["memorisation"] ==
        Json::parse(read_text(folder / "r2"))["memorisation"]);
}
