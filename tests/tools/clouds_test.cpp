// fm-data CLOUD: labels, log-densities and mixtures as columns of a table.
#include <cmath>

#include "core/value.h"
#include "data/toy.h"
#include "tools/support.h"

using namespace fm::test;

namespace {

const std::string mixture =
    R"({"columns": ["a", "b", "c"], "weights": [1, 3], "means": [[0, 0, 0], [9, 9, 9]],
        "covariances": [[[1, 0, 0], [0, 1, 0], [0, 0, 1]], [[1, 0, 0], [0, 4, 0], [0, 0, 1]]]})";

}  // namespace

TEST_CASE("clouds: every one is drawn with log-densities, and shards put together are the whole") {
  const Folder folder;
  fm::for_each_member<fm::Toy>([&](const auto& member) {
    const std::string command = std::string("fm-data ") + member.name + " -n 40 --log-density";
    const std::string whole = output_of(folder, command);
    CHECK(lines_of(whole).size() == 41);
    CHECK(lines_of(whole)[0].ends_with(",log_density"));
    CHECK(output_of(folder, command + " --shard 1/3; " + command + " --shard 2/3; " + command +
                                " --shard 3/3") == whole);
  });
}

TEST_CASE("clouds: data/moons.csv and data/8gaussians.csv are draws of this program, to the last bit") {
  const Folder folder;
  for (const std::string cloud : {"moons", "8gaussians"}) {
    CHECK(output_of(folder, "fm-data " + cloud + " -n 2000 --seed 1") ==
          read_text(data_file(cloud + ".csv")));
    CHECK(output_of(folder, "fm-data " + cloud + " -n 4000 --seed 2") ==
          read_text(data_file(cloud + "-test.csv")));
  }
}

TEST_CASE("clouds: labels are classes that training and sampling can be given") {
  const Folder folder;
  const std::string train = "fm-data moons -n 500 --with-label | fm-train --condition label" + brief;
  const std::string drawn = output_of(folder, train + " | fm-sample -n 50 --given label=upper");
  CHECK(lines_of(drawn).size() == 51);
  const std::string modes = output_of(folder, "fm-data 8gaussians -n 200 --with-label");
  CHECK(contains(modes, ",mode7\n"));
  CHECK(contains(output_of(folder, "fm-data checkerboard -n 200 --with-label -f jsonl"),
                 R"("label":"cell0-2"})"));
  check_error(shell(folder, "fm-data funnel --with-label"), 2, "no-parts");
  check_error(shell(folder, "fm-data checkerboard:cells=32 --with-label"), 2, "no-parts");
}

TEST_CASE("clouds: a mixture from a file has its columns, components and density") {
  const Folder folder;
  write_text(folder / "m.json", mixture);
  const std::string csv =
      output_of(folder, "fm-data mixture:file=m.json -n 2000 --log-density --with-label | sed s/component//");
  CHECK(lines_of(csv)[0] == "a,b,c,label,log_density");
  double second = 0;
  for (const auto& row : rows_of(csv)) {
    second += row[3];
    // Components are more than nine deviations apart: the density is that of the row's own.
    const double m = row[3] * 9, variance = row[3] == 1 ? 4 : 1, weight = row[3] == 1 ? 0.75 : 0.25;
    const double square =
        std::pow(row[0] - m, 2) + std::pow(row[1] - m, 2) / variance + std::pow(row[2] - m, 2);
    const double expected = std::log(weight) - square / 2 - std::log(variance) / 2 - 1.5 * std::log(2 * M_PI);
    REQUIRE(row[4] == doctest::Approx(expected).epsilon(1e-3));
  }
  CHECK(std::abs(second - 1500) < 5 * std::sqrt(2000 * 0.75 * 0.25));
  CHECK(output_of(folder, "cat m.json | fm-data mixture:file=- -n 3") ==
        output_of(folder, "fm-data mixture:file=m.json -n 3"));
}

TEST_CASE("clouds: what has no density, and what no file can mean, is refused") {
  const Folder folder;
  check_error(shell(folder, "fm-data moons:noise=0 --log-density -o a.csv"), 2, "no-density");
  check_error(shell(folder, "fm-data mixture"), 2, "mixture-file");
  check_error(shell(folder, "fm-data mixture:file=none.json"), 5, "open");
  write_text(folder / "flat.json", R"({"columns": ["label", "b"], "weights": [1, 1],
    "means": [[0, 0], [1, 1]], "covariances": [[[1, 0], [0, 0]], [[1, 0], [0, 0]]]})");
  check_error(shell(folder, "fm-data mixture:file=flat.json --log-density"), 2, "no-density");
  check_error(shell(folder, "fm-data mixture:file=flat.json --with-label"), 2, "column-clash");
  check_error(shell(folder, "fm-data mixture:file=flat.json -o flat.json"), 2, "same-file");
  check_error(shell(folder, "fm-data rings:count=0"), 2, "option-range");
  CHECK(output_of(folder, "ls") == "flat.json\n");
}

TEST_CASE("clouds: a density under noise whose squares are no doubles is refused") {
  const Folder folder;
  for (const std::string cloud : {"moons", "rings", "s-curve", "swiss-roll", "two-spirals"}) {
    for (const char* noise : {"1e155", "1e200", "1e308"})
      check_error(shell(folder, "fm-data " + cloud + ":noise=" + noise + " -n 1 --log-density"), 2,
                  "no-density", "too large");
    CHECK(rows_of(output_of(folder, "fm-data " + cloud + ":noise=1e150 -n 9 --log-density")).size() == 9);
  }
}
