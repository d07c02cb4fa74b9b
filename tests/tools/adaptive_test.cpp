// --path adaptive: rows with bandwidths of their own, in every program that knows paths.
#include <cmath>
#include <numbers>
#include <utility>
#include <vector>

#include "core/json.h"
#include "tools/support.h"

using namespace fm::test;
using fm::Json;

namespace {

Json json_of(const Folder& folder, const std::string& command) {
  return Json::parse(output_of(folder, command));
}

/// Four rows as d.csv. The neighbor next to 0 is 1, to 1 is 0, to 3 is 1, to 8 is 3.
void make_rows(const Folder& folder) {
  write_text(folder / "d.csv", "x\n0\n1\n3\n8\n");
}

double bandwidth_of(double row) {
  return row == 3 ? 2 : row == 8 ? 5 : 1;
}

/// log of the mean over the rows of N(x; row, h^2).
double log_estimate(double x) {
  double sum = 0;
  for (const double row : {0.0, 1.0, 3.0, 8.0}) {
    const double h = bandwidth_of(row);
    sum += std::exp(-std::pow((x - row) / h, 2) / 2) / (h * std::sqrt(2 * std::numbers::pi)) / 4;
  }
  return std::log(sum);
}

}  // namespace

TEST_CASE("fm-path --conditional --path adaptive: psi, its velocity and log p_t(x | x1), up to t = 1") {
  const Folder folder;
  make_rows(folder);
  const Result result =
      shell(folder,
            "fm-path --exact d.csv --standardize none -n 40 --conditional --columns-out v,log_p "
            "--path adaptive:neighbors=1 --times 0,0.5,1");
  REQUIRE_MESSAGE(result.code == 0, result.err);
  const auto lines = lines_of(result.out);
  REQUIRE(lines.size() == 1 + 3 * 40);
  for (std::size_t n = 0; n < 40; ++n) {
    const double x0 = numbers_of(lines[1 + 3 * n])[2], end = numbers_of(lines[3 + 3 * n])[2];
    bool found = false;
    for (const double row : {0.0, 1.0, 3.0, 8.0}) {
      const double h = bandwidth_of(row);
      if (std::abs(end - (row + h * x0)) > 1e-12) continue;
      found = true;
      for (std::size_t k = 0; k < 3; ++k) {
        const auto at = numbers_of(lines[1 + 3 * n + k]);
        const double t = at[1], sigma = 1 - (1 - h) * t;
        CHECK(at[2] == doctest::Approx(t * row + sigma * x0));
        CHECK(at[3] == doctest::Approx(row - (1 - h) * x0));
        CHECK(at[4] == doctest::Approx(-std::pow((at[2] - t * row) / sigma, 2) / 2 -
                                       std::log(sigma * std::sqrt(2 * std::numbers::pi))));
      }
      break;
    }
    CHECK(found);
  }
}

TEST_CASE("fm-eval --path adaptive: rows are scored by the variable-bandwidth density estimate") {
  const Folder folder;
  make_rows(folder);
  write_text(folder / "s.csv", "x\n-2\n0.5\n6\n30\n");
  for (const std::string way : {"", " --log-density exact --solver dopri5:rtol=1e-9,atol=1e-9"}) {
    CAPTURE(way);
    const Result result = shell(folder,
                                "fm-eval s.csv --exact d.csv --standardize none --path adaptive:neighbors=1 "
                                "--per-row -f csv" +
                                    way);
    REQUIRE_MESSAGE(result.code == 0, result.err);
    const auto lines = lines_of(result.out);
    REQUIRE(lines.size() == 5);
    for (std::size_t n = 1; n < 5; ++n) {
      const auto row = numbers_of(lines[n]);
      CHECK(std::abs(row[1] - log_estimate(row[0])) < 1e-6);
    }
  }
}

TEST_CASE(
    "fm-sample --exact --path adaptive: draws lie at rows within their bandwidths, and shards are parts") {
  const Folder folder;
  write_text(folder / "far.csv", "x\n0\n1\n1000\n1001\n");
  const std::string command =
      "fm-sample --exact far.csv --standardize none --path adaptive:neighbors=1,scale=0.01 -n 400";
  const Result whole = shell(folder, command);
  REQUIRE_MESSAGE(whole.code == 0, whole.err);
  const auto lines = lines_of(whole.out);
  REQUIRE(lines.size() == 401);
  double squares = 0;
  for (std::size_t n = 1; n < lines.size(); ++n) {
    const double x = std::stod(lines[n]);
    double off = 1e9;
    for (const double row : {0.0, 1.0, 1000.0, 1001.0})
      if (std::abs(x - row) < std::abs(off)) off = x - row;
    squares += off * off;
  }
  // The mean of 400 squares of deviation .01, to five standard errors: 5 sqrt(2/400) = 35 %.
  CHECK(squares / 400 == doctest::Approx(1e-4).epsilon(0.35));
  CHECK(whole.out ==
        shell(folder, command + " --shard 1/2").out + shell(folder, command + " --shard 2/2").out);
}

TEST_CASE(
    "fm-loss, fm-grid and fm-energy --path adaptive: floor to t = 1, mass 1, no residual, fitting "
    "schedulers") {
  const Folder folder;
  const std::string exact = " --exact '" + data_file("faithful.csv") + "' --path adaptive ";
  const Json total = json_of(folder, "fm-loss" + exact + "-n 2000").at("total");
  CHECK(total.at("times").at(1).get<double>() == 1);
  CHECK(total.at("loss") == total.at("floor"));
  CHECK(total.at("distance").get<double>() == 0);
  const Result grid = shell(folder, "fm-grid" + exact + "--times 0,0.5,1 --sums --cells 60");
  REQUIRE_MESSAGE(grid.code == 0, grid.err);
  const auto lines = lines_of(grid.out);
  REQUIRE(lines.size() == 4);
  for (std::size_t k = 1; k < 4; ++k) {
    const auto row = numbers_of(lines[k]);
    CHECK(row[1] == doctest::Approx(1).epsilon(1e-3));  // four deviations on each side
    CHECK(row[3] < 1e-4 * row[2]);
  }
  const Json paths = json_of(folder, "fm-energy" + exact + "-n 50 --rows 50 --repeats 2").at("paths");
  REQUIRE(paths.size() == 3);
  for (const Json& path : paths) CHECK(path.at("t_end").get<double>() == 1);
}

TEST_CASE("fm-train --path adaptive: its loss ends near the floor and its samples at the density estimate" *
          doctest::test_suite("slow")) {
  const Folder folder;
  const std::string data = "'" + data_file("moons.csv") + "'";
  const Result trained = shell(folder, "fm-train " + data +
                                           " --path adaptive --coupling independent --steps 4000 --hidden "
                                           "64,64,64 -o m.safetensors --floor --report r.json");
  REQUIRE_MESSAGE(trained.code == 0, trained.err);
  const Json total = json_of(folder, "fm-loss --exact " + data + " -m m.safetensors -n 50000").at("total");
  // L = L* + floor, and training went most of the way: the velocity's own square is about 2.
  CHECK(std::abs(total.at("cross").get<double>()) < 4 * total.at("cross_error").get<double>());
  CHECK(total.at("distance").get<double>() < 0.03);
  REQUIRE(shell(folder, "fm-sample -m m.safetensors -n 2000 -o new.csv && fm-sample --exact " + data +
                            " --path adaptive -n 4000 -s 1 -o truth.csv")
              .code == 0);
  const Json w2 = json_of(folder, "fm-eval new.csv -r truth.csv --metric w2 -f json").at("w2");
  CHECK(w2.at("value").get<double>() < 1.25 * w2.at("floor").get<double>());
}

TEST_CASE("--path adaptive: a model of it has other schedulers, and no score") {
  const Folder folder;
  REQUIRE(shell(folder, "fm-train '" + data_file("moons.csv") +
                            "' --path adaptive:neighbors=5 --coupling independent -o m.safetensors" + brief)
              .code == 0);
  CHECK(shell(folder, "fm-sample -m m.safetensors -n 20 --scheduler cosine").code == 0);
  CHECK(contains(shell(folder, "fm-sample -m m.safetensors -n 20 --sde").err, "[score-unknown]"));
}

TEST_CASE("--path adaptive: errors name the option and what would do") {
  const Folder folder;
  make_rows(folder);
  make_model(folder);
  write_text(folder / "mix.json",
             R"({"columns":["x","y"],"weights":[1],"means":[[0,0]],"covariances":[[[1,0],[0,1]]]})");
  const auto fails = [&](const std::string& command, const std::string& id, const std::string& hint = "") {
    CAPTURE(command);
    const Result result = shell(folder, command);
    CHECK(result.code == (id == "adaptive-neighbors" ? 3 : 2));
    CHECK_MESSAGE(contains(result.err, "[" + id + "]"), result.err);
    CHECK_MESSAGE(contains(result.err, hint), result.err);
  };
  fails("fm-train d.csv --path adaptive -o a.safetensors", "adaptive-coupling", "--coupling independent");
  fails("fm-train d.csv --source d.csv --coupling independent --path adaptive -o a.safetensors",
        "adaptive-source", "leave --source");
  fails("fm-train d.csv --path adaptive --coupling independent --scheduler vp -o a.safetensors",
        "adaptive-scheduler", "cond-ot");
  fails("fm-train d.csv --path adaptive --coupling independent -o a.safetensors", "adaptive-neighbors",
        "adaptive:neighbors=3");
  fails("fm-sample --exact d.csv --path adaptive -n 3", "adaptive-neighbors", "adaptive:neighbors=3");
  fails("fm-sample --exact d.csv --path bridge -n 3", "exact-path");
  fails("fm-path --exact d.csv --conditional --path bridge", "exact-path");
  fails("fm-path --exact d.csv --conditional --path adaptive:neighbors=1 --scheduler ve",
        "adaptive-scheduler");
  fails("fm-sample --mixture mix.json --path adaptive -n 3", "exact-path", "name them with --exact");
  fails("fm-loss --mixture mix.json --path adaptive", "exact-path");
  fails("fm-sample -m m.safetensors --path adaptive -n 3", "exact-only");
  fails("fm-loss --exact d.csv -m m.safetensors --path adaptive", "exact-only");
  fails("fm-eval d.csv -r d.csv --path adaptive", "model-only");
}

TEST_CASE("--path adaptive: rows count by their weights, bandwidths do not") {
  const Folder folder;
  write_text(folder / "w.csv", "x,m\n0,1\n1,2\n3,4\n8,1\n");
  write_text(folder / "s.csv", "x\n2.5\n");
  const Result result = shell(folder,
                              "fm-eval s.csv --exact w.csv --weight m --standardize none --path "
                              "adaptive:neighbors=1 --per-row -f csv");
  REQUIRE_MESSAGE(result.code == 0, result.err);
  double sum = 0;
  for (const auto& [row, weight] : {std::pair{0.0, 1.0}, {1.0, 2.0}, {3.0, 4.0}, {8.0, 1.0}}) {
    const double h = bandwidth_of(row);
    sum += weight / 8 * std::exp(-std::pow((2.5 - row) / h, 2) / 2) / (h * std::sqrt(2 * std::numbers::pi));
  }
  CHECK(numbers_of(lines_of(result.out).at(1))[1] == doctest::Approx(std::log(sum)).epsilon(1e-12));
}
