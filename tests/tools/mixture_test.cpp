// Mixtures of normal laws through the programs: fitted by fm-train --gaussians, followed by --mixture.
#include <signal.h>

#include <cmath>

#include "core/json.h"
#include "flow/scheduler.h"
#include "tools/support.h"

using namespace fm::test;

namespace {

/// A mixture by hand, in two columns without names and far from unit scale.
const std::string two_normals =
    R"({"weights": [3, 1], "means": [[0, 1000], [10, -1000]],
        "covariances": [[[1, 50], [50, 10000]], [[4, 0], [0, 40000]]]})";

fm::Json report_of(const Folder& folder, const std::string& command) {
  const Result result = shell(folder, command + " --report r.json");
  REQUIRE_MESSAGE(result.code == 0, result.err);
  return fm::Json::parse(read_text(folder / "r.json"));
}

void check_error(const Folder& folder, const std::string& command, int code, const std::string& id) {
  CAPTURE(command);
  check_error(shell(folder, command), code, id);
}

}  // namespace

TEST_CASE("mixture: fitted, sampled and scored through pipes, with the names of the data") {
  const Folder folder;
  const Result result = shell(folder, "fm-train " + data_file("faithful.csv") +
                                          " --gaussians auto | fm-sample --mixture - -n 1000 > new.csv && "
                                          "fm-eval new.csv -r " +
                                          data_file("faithful-test.csv"));
  REQUIRE_MESSAGE(result.code == 0, result.err);
  CHECK(contains(result.out, "\"energy\""));
  const auto lines = lines_of(read_text(folder / "new.csv"));
  CHECK(lines.front() == "eruptions,waiting");
  CHECK(lines.size() == 1001);
}

TEST_CASE("mixture: log-likelihood and BIC are those of scikit-learn 1.9.1") {
  // python tests/peers/mixture_reference.py
  const struct {
    const char* table;
    int components;
    double log_likelihood, bic, largest_weight;
  } references[] = {{"faithful.csv", 1, -903.288857, 1832.839081, 1},
                    {"faithful.csv", 2, -788.4380013, 1634.65101, 0.675673},
                    {"faithful.csv", 3, -775.2489828, 1639.786614, 0.675164},
                    {"quakes.csv", 1, -12078.239541, 24287.50069, 1},
                    {"quakes.csv", 2, -10921.742948, 22112.08019, 0.787144},
                    {"quakes.csv", 3, -10605.94928, 21618.06555, 0.441885}};
  const Folder folder;
  for (const auto& reference : references) {
    CAPTURE(reference.table);
    CAPTURE(reference.components);
    const fm::Json report =
        report_of(folder, "fm-train " + data_file(reference.table) + " -o m.json --gaussians " +
                              std::to_string(reference.components));
    // Both end EM a little below the top; sums over 191 and 700 rows, each known to about 1e-6.
    CHECK(std::abs(report["log_likelihood"].get<double>() - reference.log_likelihood) < 1e-3);
    CHECK(std::abs(report["bic"].get<double>() - reference.bic) < 2e-3);
    const fm::Json file = fm::Json::parse(read_text(folder / "m.json"));
    CHECK(file["weights"][0].get<double>() == doctest::Approx(reference.largest_weight).epsilon(2e-3));
  }
}

TEST_CASE("mixture: BIC finds the two kinds of eruptions, and the report says what it weighed") {
  const Folder folder;
  const fm::Json report =
      report_of(folder, "fm-train " + data_file("faithful.csv") + " --gaussians auto -o m.json");
  CHECK(report["components"] == 2);
  REQUIRE(report["bic_of_components"].size() == 5);
  CHECK(report["bic_of_components"][1] == report["bic"]);
}

TEST_CASE("mixture: threads and shards change no byte, as many rows are drawn as were fitted") {
  const Folder folder;
  const std::string fit = "fm-train " + data_file("quakes.csv") + " -c lat,long,depth --gaussians 4 ";
  REQUIRE(shell(folder, fit + "-j 1 > a.json && " + fit + "-j 4 > b.json").code == 0);
  CHECK(read_text(folder / "a.json") == read_text(folder / "b.json"));
  REQUIRE(shell(folder,
                "fm-sample --mixture a.json -j 1 > whole && for k in 1 2 3; do fm-sample --mixture a.json "
                "-j 2 --shard $k/3; done > parts")
              .code == 0);
  CHECK(read_text(folder / "whole") == read_text(folder / "parts"));
  CHECK(lines_of(read_text(folder / "whole")).size() == 701);
}

TEST_CASE("mixture: columns without names keep their places, from the data through the file to the samples") {
  const Folder folder;
  write_text(folder / "x.csv", "7,0.5,1100\n7,-1,800\n7,9,-900\n7,12,-1300\n");
  const Result result = shell(folder,
                              "fm-train x.csv -c 2,3 --gaussians 1 -o m.json && fm-sample --mixture m.json "
                              "-n 5 && fm-sample --mixture m.json x.csv");
  REQUIRE_MESSAGE(result.code == 0, result.err);
  const auto lines = lines_of(result.out);
  REQUIRE(lines.size() == 11);
  CHECK(lines[0] == "x2,x3");
  CHECK(lines[6] == "x2,x3");
}

TEST_CASE("mixture: a file by hand draws its law, in its own units") {
  const Folder folder;
  write_text(folder / "m.json", two_normals);
  const Result result = shell(folder, "fm-sample --mixture m.json -n 4000");
  REQUIRE_MESSAGE(result.code == 0, result.err);
  const auto lines = lines_of(result.out);
  double first = 0, second = 0, share = 0, rows = 0;
  CHECK(lines.front() == "x1,x2");
  for (std::size_t n = 1; n < lines.size(); ++n) {
    const std::string& line = lines[n];
    const double x = std::stod(line), y = std::stod(line.substr(line.find(',') + 1));
    first += x, second += y, share += y < 0, ++rows;
  }
  CHECK(rows == 4000);
  // Means 2.5 and 500, deviations 4.54 and 891; modes are 8 deviations apart. 5 standard errors.
  CHECK(std::abs(first / rows - 2.5) < 5 * 4.54 / std::sqrt(rows));
  CHECK(std::abs(second / rows - 500) < 5 * 891 / std::sqrt(rows));
  CHECK(std::abs(share / rows - 0.25) < 5 * std::sqrt(0.25 * 0.75 / rows));
}

TEST_CASE("mixture: there and back is where the points were, under every standardisation and scheduler") {
  const Folder folder;
  write_text(folder / "m.json", two_normals);
  write_text(folder / "x.csv", "0.5,1100\n-1,800\n9,-900\n12,-1300\n");
  std::vector<std::string> ways{"", "--standardize none", "--standardize global"};
  for (const std::string& scheduler : fm::member_names<fm::Scheduler>())
    ways.push_back("--scheduler " + scheduler);
  for (const std::string& how : ways) {
    CAPTURE(how);
    const std::string sample = "fm-sample --mixture m.json --solver dopri5:rtol=1e-9,atol=1e-9 " + how;
    const Result result = shell(folder, sample + " x.csv --reverse > z.csv && " + sample + " z.csv");
    REQUIRE_MESSAGE(result.code == 0, result.err);
    const auto lines = lines_of(result.out);
    double worst = 0;
    const double expected[] = {1100, 800, -900, -1300};
    for (std::size_t n = 0; n < 4; ++n) {
      const std::string& line = lines[lines.size() - 4 + n];
      worst = std::max(worst, std::abs(std::stod(line.substr(line.find(',') + 1)) - expected[n]));
    }
    CHECK(worst < 1e-3);
  }
}

TEST_CASE("mixture: fm-path follows it too, velocities included") {
  const Folder folder;
  write_text(folder / "m.json", two_normals);
  const Result result = shell(folder, "fm-path --mixture m.json -n 3 --times 0,0.5,1 --columns-out v");
  REQUIRE_MESSAGE(result.code == 0, result.err);
  CHECK(lines_of(result.out).front() == "sample,t,x1,x2,v_x1,v_x2");
  CHECK(lines_of(result.out).size() == 10);
}

TEST_CASE("mixture: an interrupted fit ends by the signal and leaves the old file") {
  const Folder folder;
  write_text(folder / "old", "an older mixture");
  // A fit of a quarter of a minute or more.
  const Result result = shell(folder,
                              "set -m; fm-data moons -n 500k > data.csv; fm-train data.csv --gaussians 12 "
                              "-o old & sleep 1; kill -INT $!; wait $!; echo $?");
  CHECK(result.out == std::to_string(128 + SIGINT) + "\n");
  CHECK(read_text(folder / "old") == "an older mixture");
  CHECK(shell(folder, "ls -A").out == "data.csv\nold\n");
}

TEST_CASE("mixture: errors have ids, exit codes and hints that work") {
  const Folder folder;
  write_text(folder / "m.json", two_normals);
  write_text(folder / "bad.json",
             R"({"weights": [1], "means": [[0, 0]], "covariances": [[[1, 2], [2, 1]]]})");
  const std::string faithful = data_file("faithful.csv");
  check_error(folder, "fm-sample --mixture bad.json", 4, "mixture-indefinite");
  check_error(folder, "fm-sample --mixture " + faithful, 4, "json");
  check_error(folder, "fm-sample --mixture missing.json", 5, "open");
  check_error(folder, "fm-sample --mixture m.json --exact " + faithful, 2, "two-fields");
  check_error(folder, "fm-sample --mixture - - < m.json", 2, "two-stdins");
  check_error(folder, "fm-sample --mixture m.json -o m.json", 2, "same-file");
  check_error(folder, "fm-train " + faithful + " --gaussians two", 2, "option-value");
  check_error(folder, "fm-train " + faithful + " --gaussians 0", 2, "option-value");
  check_error(folder, "fm-train " + faithful + " --gaussians 1000", 2, "mixture-components");
  check_error(folder, "fm-train " + faithful + " --gaussians 2 --steps 10", 2, "gaussians-only");
  check_error(folder, "fm-train " + faithful + " --gaussians 2 --source " + faithful, 2, "gaussians-only");
  check_error(folder, "fm-train " + faithful + " --gaussians 2 --standardize none", 2, "gaussians-only");
  CHECK(shell(folder, "fm-train " + faithful + " --gaussians auto --dry-run").code == 0);
}
