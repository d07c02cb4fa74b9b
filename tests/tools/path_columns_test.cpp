// fm-path --columns-out along marginal paths.
#include <cmath>
#include <numbers>
#include <sstream>
#include <vector>

#include "tools/support.h"

using namespace fm::test;

namespace {

std::vector<std::vector<double>> table_of(const Folder& folder, const std::string& command) {
  return rows_of(output_of(folder, command));
}

/// Two round normal laws: weights .25 and .75 at (2, 0) and (-1, 1), variances 1 and .25.
const std::string round_laws = R"({"columns":["x","y"],"weights":[0.25,0.75],"means":[[2,0],[-1,1]],)"
                               R"("covariances":[[[1,0],[0,1]],[[0.25,0],[0,0.25]]]})";

/// log p_t under cond-ot: the law of t x1 + (1 - t) x0.
double log_p(double t, double x, double y) {
  const auto part = [&](double weight, double mx, double my, double variance) {
    const double v = t * t * variance + (1 - t) * (1 - t);
    const double square = std::pow(x - t * mx, 2) + std::pow(y - t * my, 2);
    return weight / (2 * std::numbers::pi * v) * std::exp(-square / (2 * v));
  };
  return std::log(part(0.25, 2, 0, 1) + part(0.75, -1, 1, 0.25));
}

}  // namespace

TEST_CASE("fm-path: density and score of a mixture are those of its formula, x1 and x0 the ends of lines") {
  const Folder folder;
  write_text(folder / "mix.json", round_laws);
  const std::string command =
      "fm-path --mixture mix.json --standardize none -n 30 --columns-out log_density,score,x0,x1,v";
  CHECK(lines_of(shell(folder, command).out).front() ==
        "sample,t,x,y,v_x,v_y,x1_x,x1_y,x0_x,x0_y,score_x,score_y,log_density");
  for (const auto& row : table_of(folder, command + " --times 0:1:0.25")) {
    const double t = row[1], x = row[2], y = row[3], h = 1e-5;
    CHECK(std::abs(row[12] - log_p(t, x, y)) < 1e-9);
    // Errors of the difference: h^2 of third derivatives below 50, and 1e-16 / h.
    CHECK(std::abs(row[10] - (log_p(t, x + h, y) - log_p(t, x - h, y)) / (2 * h)) < 1e-7);
    CHECK(std::abs(row[11] - (log_p(t, x, y + h) - log_p(t, x, y - h)) / (2 * h)) < 1e-7);
    for (const std::size_t d : {2u, 3u}) {
      CHECK(row[d + 4] == doctest::Approx(row[d] + (1 - t) * row[d + 2]).epsilon(1e-9));
      CHECK(row[d + 6] == doctest::Approx(row[d] - t * row[d + 2]).epsilon(1e-9));
    }
  }
}

TEST_CASE("fm-path: densities of a model are fm-eval's at t = 1 and the source's at t = 0, in data units") {
  const Folder folder;
  make_model(folder);
  const std::string solver = " --solver dopri5:rtol=1e-7,atol=1e-7 ";
  const std::string command =
      "fm-path -m m.safetensors -n 40 --times 0:1:0.5 --columns-out log_density" + solver;
  const auto rows = table_of(folder, command);
  REQUIRE(rows.size() == 120);
  std::string ends = "x,y\n";
  for (std::size_t n = 0; n < 40; ++n) {
    std::ostringstream line;
    line.precision(17);
    line << rows[3 * n + 2][2] << ',' << rows[3 * n + 2][3] << '\n';
    ends += line.str();
  }
  const auto drawn = table_of(folder, "fm-sample -m m.safetensors -n 40 --log-density" + solver);
  write_text(folder / "ends.csv", ends);
  const auto scored = table_of(folder, "fm-eval ends.csv -m m.safetensors --per-row" + solver);
  const auto origin = table_of(folder,
                               "printf 'x,y\\n0,0\\n1,0\\n0,1\\n-1,0\\n0,-1\\n' | fm-path - -m m.safetensors "
                               "--times 0,0.5 --columns-out log_density");
  for (std::size_t n = 0; n < 40; ++n) {
    // The network is single precision: its noise of 1e-7 is multiplied along the path.
    CHECK(std::abs(rows[3 * n + 2][4] - scored[n][2]) < 1e-3);
    CHECK(std::abs(rows[3 * n + 2][4] - drawn[n][2]) < 1e-9);
  }
  // At t = 0 the law is normal in each column: second differences of log p are constant, mixed ones 0.
  const auto at = [&](std::size_t k) { return origin[2 * k][4]; };
  const double ax = 2 * at(0) - at(1) - at(3), ay = 2 * at(0) - at(2) - at(4);  // 1 / variance
  const double mx = (at(1) - at(3)) / 2 / ax, my = (at(2) - at(4)) / 2 / ay;
  const double peak = std::log(ax * ay) / 2 - std::log(2 * std::numbers::pi);
  for (std::size_t n = 0; n < 40; ++n) {
    const auto& row = rows[3 * n];
    const double square = ax * std::pow(row[2] - mx, 2) + ay * std::pow(row[3] - my, 2);
    CHECK(row[4] == doctest::Approx(peak - square / 2).epsilon(1e-9));
  }
}

TEST_CASE("fm-path: x1 and x0 of a model follow from its velocity, whatever coupled its pairs") {
  const Folder folder;
  make_model(folder);  // by exact coupling
  for (const auto& row :
       table_of(folder, "fm-path -m m.safetensors -n 20 --times 0:1:0.25 --columns-out v,x1,x0"))
    for (const std::size_t d : {2u, 3u}) {
      const double t = row[1];
      CHECK(std::abs(row[d + 4] - (row[d] + (1 - t) * row[d + 2])) < 1e-9);
      CHECK(std::abs(row[d + 6] - (row[d] - t * row[d + 2])) < 1e-9);
    }
  // Beyond the end of an exact field, where v is that of the last step, so are the ends: x1 is the row drawn,
  // and x0, noise of the source, is not the quotient of two roundings.
  const auto rows = table_of(
      folder, "fm-path --exact '" + data_file("moons.csv") + "' -n 200 --times 0,1 --columns-out x1,x0");
  for (std::size_t n = 1; n < rows.size(); n += 2) {
    CHECK(std::abs(rows[n][4] - rows[n][2]) < 1e-6);
    CHECK(std::abs(rows[n][6]) < 10);
  }
}

TEST_CASE("fm-path: columns have the same bytes in shards and for any number of threads") {
  const Folder folder;
  make_model(folder);
  const std::string command =
      "fm-path -m m.safetensors -n 700 --times 0:1:0.5 --columns-out v,log_density,x1,x0";
  const Result whole = shell(folder, command + " -j 1");
  REQUIRE_MESSAGE(whole.code == 0, whole.err);
  CHECK(whole.out == shell(folder, command + " -j 3").out);
  CHECK(whole.out ==
        shell(folder, command + " --shard 1/2").out + shell(folder, command + " --shard 2/2").out);
}

TEST_CASE("fm-path: a column that is not known is refused with its reason") {
  const Folder folder;
  make_model(folder);
  const std::string rows = "'" + data_file("moons.csv") + "'";
  REQUIRE(shell(folder, "fm-train " + rows + " --coupling independent -o i.safetensors" + brief).code == 0);
  REQUIRE(shell(folder, "fm-train " + rows + " --source " + rows + " -o map.safetensors" + brief).code == 0);
  const auto fails = [&](const std::string& options, int code, const std::string& id) {
    CAPTURE(options);
    const Result result = shell(folder, "fm-path " + options);
    CHECK(result.code == code);
    CHECK_MESSAGE(contains(result.err, "[" + id + "]"), result.err);
    CHECK(result.out.empty());
  };
  fails("-m m.safetensors --columns-out score", 2, "score-unknown");
  fails("-m i.safetensors --times 0:1:0.05 --columns-out score", 2, "score-time");
  fails("--exact " + rows + " --times 0,1 --columns-out score", 2, "score-time");
  fails("--exact " + rows + " --times 0,1 --columns-out log_density", 6, "no-density");
  fails("-m map.safetensors " + rows + " --columns-out log_density", 2, "source-density");
  fails("-m m.safetensors " + rows + " --times 0.2,0.4 --columns-out log_density", 2, "density-times");
  fails("--exact " + rows + " --conditional --columns-out x1", 2, "conditional-columns");
  for (const char* law : {"-m i.safetensors", "--exact"})
    CHECK(shell(folder, std::string("fm-path ") + law + (law[1] == '-' ? " " + rows : "") +
                            " -n 5 --times 0:0.95:0.05 --columns-out score,log_density")
              .code == 0);
}

TEST_CASE("fm-path: without --times, times end where the columns asked for do, and that is said under -v") {
  const Folder folder;
  const std::string exact = "fm-path -n 3 -v --exact '" + data_file("moons.csv") + "'";
  const auto last_time = [&](const std::string& options) {
    const Result result = shell(folder, exact + options);
    REQUIRE_MESSAGE(result.code == 0, result.err);
    const double last = rows_of(result.out).back()[1];
    CHECK(contains(result.err, "times end at") == (last < 1));
    return last;
  };
  CHECK(last_time("") == 1);
  CHECK(last_time(" --columns-out v,x1,x0") == 1);
  CHECK(last_time(" --columns-out score") == 0.95);
  CHECK(last_time(" --columns-out log_density") == 0.95);
  CHECK(last_time(" --columns-out score,log_density --path adaptive") == 1);
}
