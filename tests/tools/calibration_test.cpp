// Calibration of log-densities by fm-eval.
#include <cmath>
#include <cstdlib>
#include <string>

#include "core/json.h"
#include "tools/support.h"

using namespace fm::test;
using fm::Json;

namespace {

const std::string mixture =
    R"({"weights": [3, 1], "means": [[0, 0], [6, 2]], "covariances": [[[1, 0], [0, 1]], [[0.25, 0], [0, 1]]]})";

Json calibration(const Folder& folder, const std::string& command) {
  return Json::parse(output_of(folder, command)).at("calibration");
}

}  // namespace

TEST_CASE("calibration: a mixture's own draws are as dense as it says, by closed form and along the ODE") {
  const Folder folder;
  write_text(folder / "mix.json", mixture);
  output_of(folder, "fm-sample --mixture mix.json -n 1000 -o own.csv");
  // Without --seed both draw under seed 0, and the draws differ all the same: else ks were 0.
  for (const std::string way : {"", " --log-density"}) {
    const Json found = calibration(folder, "fm-eval own.csv --mixture mix.json --calibration 1000" + way);
    CHECK(found["draws"] == 1000);
    CHECK(found["p_value"].get<double>() > 1e-4);
    CHECK(found["ks"].get<double>() > 0);
    for (const auto& [level, share] : found["below"].items()) {
      const double q = std::strtod(level.c_str(), nullptr);
      // 5 standard errors: a false alarm in 10^6.
      CHECK(std::abs(share.get<double>() - q) <= 5 * std::sqrt(q * (1 - q) * (2 / 1000.0)));
    }
  }
}

TEST_CASE("calibration: rows of another law are told, and a table shows shares with what chance does") {
  const Folder folder;
  write_text(folder / "mix.json", mixture);
  output_of(folder, "fm-data moons -n 500 -o moons.csv");
  const std::string command = "fm-eval moons.csv --mixture mix.json --calibration 2000";
  const Json found = calibration(folder, command);
  CHECK(found["draws"] == 2000);
  CHECK(found["p_value"].get<double>() < 1e-6);
  const auto csv = lines_of(output_of(folder, command + " --format csv"));
  REQUIRE(csv.size() == 10);
  CHECK(csv[3].starts_with("calibration,below 0.05,"));
  CHECK(csv[9].starts_with("calibration,p,"));
}

TEST_CASE("calibration: it goes with a mean, and with a model") {
  const Folder folder;
  write_text(folder / "mix.json", mixture);
  write_text(folder / "rows.csv", "x,y\n0,1\n2,3\n1,1\n2,2\n");
  const Result rows = shell(folder, "fm-eval rows.csv --mixture mix.json --calibration 10 --per-row");
  CHECK(rows.code == 2);
  CHECK(contains(rows.err, "[calibration-alone]"));
  const Result clouds = shell(folder, "fm-eval rows.csv -r rows.csv --calibration 10");
  CHECK(clouds.code == 2);
  CHECK(contains(clouds.err, "[model-only]"));
}
