// fm-eval of clouds: several files, conditions, memorisation, marginals, nearest rows.
#include <cmath>
#include <string>
#include <tuple>
#include <vector>

#include "core/json.h"
#include "tools/support.h"

using namespace fm;
using namespace fm::test;

namespace {

const std::string reference = " -r '" + data_file("moons-test.csv") + "' ";
const std::string brief_metric =
    reference + "--metric energy,w2 --max-rows 100 --permutations 39 --repeats 2 ";

Json json_of(const std::string& line) {
  return Json::parse(line);
}

/// The file "samples.csv": rows of the training table.
void make_samples(const Folder& folder) {
  output_of(folder, "head -n 201 '" + data_file("moons.csv") + "' > samples.csv");
}

}  // namespace

TEST_CASE("fm-eval: each of several clouds has the line that it has alone") {
  const Folder folder;
  make_samples(folder);
  output_of(folder, "fm-data 8gaussians -n 200 -o far.csv");
  const std::string both = output_of(folder, "fm-eval samples.csv far.csv" + brief_metric);
  CHECK(both == output_of(folder, "fm-eval samples.csv" + brief_metric) +
                    output_of(folder, "fm-eval far.csv" + brief_metric));
  const auto lines = lines_of(both);
  REQUIRE(lines.size() == 2);
  const Json near = json_of(lines[0]), far = json_of(lines[1]);
  CHECK(near["samples"] == "samples.csv");
  CHECK(far["w2"]["p_value"].get<double>() == doctest::Approx(1.0 / 40));
  CHECK(far["energy"]["low"].get<double>() > near["energy"]["value"].get<double>());
  const auto csv = lines_of(output_of(folder, "fm-eval samples.csv far.csv -f csv" + brief_metric));
  REQUIRE(csv.size() == 5);
  CHECK(csv[0] ==
        "samples,metric,value,value_error,floor,floor_error,ratio,p_value,rows,repeats,low,high,"
        "test_rows");
  CHECK(csv[4].starts_with("far.csv,w2,"));
}

TEST_CASE("fm-eval: --fail-if exits with 1 where a condition holds for any cloud, with the result written") {
  const Folder folder;
  make_samples(folder);
  output_of(folder, "fm-data 8gaussians -n 200 -o far.csv");
  const auto run = [&](const std::string& arguments) {
    return shell(folder, "fm-eval " + arguments + brief_metric);
  };
  CHECK(run("samples.csv --fail-if 'w2 > 3 * floor'").code == 0);
  const Result failed =
      run("samples.csv far.csv --fail-if 'w2 > 1e9' --fail-if 'energy.p < 0.05 and w2 > floor'");
  CHECK(failed.code == 1);
  CHECK(lines_of(failed.err).size() == 1);
  CHECK(contains(failed.err, "far.csv: it holds that energy.p < 0.05 and w2 > floor"));
  const auto lines = lines_of(failed.out);
  REQUIRE(lines.size() == 2);
  CHECK(json_of(lines[0])["failed"].empty());
  CHECK(json_of(lines[1])["failed"].size() == 1);
  CHECK(shell(folder, "fm-eval far.csv" + reference + "--metric w2 --max-rows 50 --fail-if 'p < .05'").code ==
        1);
}

TEST_CASE("fm-eval: conditions that mean nothing are errors before the work") {
  const Folder folder;
  make_samples(folder);
  const auto run = [&](const std::string& condition) {
    return shell(folder, "fm-eval samples.csv --dry-run --fail-if '" + condition + "'" + brief_metric);
  };
  CHECK(run("w2 > 1 and energy.floor < 2").code == 0);
  check_error(run("w2 >"), 2, "condition", "it ends where");
  check_error(run("w3 > 1"), 2, "condition-name", "did you mean \"w2\"");
  check_error(run("w2.flor > 1"), 2, "condition-name", "did you mean \"floor\"");
  check_error(run("p > 1"), 2, "condition-name");
  for (const char* dry : {"", " --dry-run"})
    check_error(shell(folder, "fm-eval samples.csv" + reference + "--metric precision:k=1000" + dry), 3,
                "cloud-size", "1001");
  check_error(run("memorisation.copies > 0"), 2, "condition-name");
}

TEST_CASE(
    "fm-eval: a condition names only numbers that the metric has under these options, before the work") {
  const Folder folder;
  make_samples(folder);
  const auto runs = [&](const std::string& options, const std::string& condition) {
    return shell(folder,
                 "fm-eval samples.csv --dry-run --fail-if '" + condition + "'" + brief_metric + options);
  };
  for (const char* number : {"value", "floor", "p", "low", "high"})
    for (const std::string metric : {"energy.", "w2."}) CHECK(runs("", metric + number + " > 2").code == 0);
  for (const char* number : {"ratio", "value_error", "floor_error"}) {
    CHECK(runs("", std::string("w2.") + number + " > 2").code == 0);
    check_error(runs("", std::string("energy.") + number + " > 2"), 2, "condition-name", "has no");
  }
  check_error(runs("--repeats 1", "w2.value_error > 1"), 2, "condition-name", "has no \"value_error\" here");
  for (const char* number : {"energy.low", "w2.high"})
    check_error(runs("--bootstrap 0", std::string(number) + " > 1"), 2, "condition-name", "has no");
}

TEST_CASE("fm-eval: the result is written before the error of a condition that its rows do not allow") {
  const Folder folder;
  output_of(folder, "printf 'x\\n0\\n1\\n' > two.csv; printf 'x\\n0\\n1\\n2\\n3\\n' > four.csv");
  const Result few = shell(folder, "fm-eval two.csv -r four.csv --metric w2 --fail-if 'w2.low > 1'");
  CHECK(few.code == 2);
  CHECK(contains(few.err, "[condition-name]"));
  const Json json = json_of(few.out);
  CHECK(json["w2"].contains("value"));
  CHECK(!json["w2"].contains("low"));
  CHECK(!json.contains("failed"));
}

TEST_CASE("fm-eval: rows of the training table are copies, and those of another draw are not") {
  const Folder folder;
  make_samples(folder);
  output_of(folder, "fm-data moons -n 400 -s 9 -o fresh.csv");
  const auto lines =
      lines_of(output_of(folder, "fm-eval samples.csv fresh.csv --train '" + data_file("moons.csv") + "'" +
                                     brief_metric + "--max-rows 1000 --metric energy"));
  REQUIRE(lines.size() == 2);
  const Json copied = json_of(lines[0])["memorisation"], fresh = json_of(lines[1])["memorisation"];
  CHECK(copied["copies"] == 1);
  CHECK(copied["p_value"].get<double>() <= 0.05);
  CHECK(fresh["copies"] == 0);
  CHECK(copied["value"].get<double>() > fresh["value"].get<double>());
}

TEST_CASE("fm-eval: --marginals compares columns in data units, whatever the units of distances are") {
  const Folder folder;
  make_samples(folder);
  const std::string common = "fm-eval samples.csv --marginals --standardize columns" + brief_metric;
  const Json json = json_of(lines_of(output_of(folder, common)).front());
  CHECK(json["marginals"].size() == 2);
  double mean = 0;
  const auto rows = rows_of(output_of(folder, "cat samples.csv"));
  for (const auto& row : rows) mean += row[1] / static_cast<double>(rows.size());
  CHECK(json["marginals"]["y"]["mean"].get<double>() == doctest::Approx(mean).epsilon(1e-12));
  CHECK(json["correlation"]["columns"].size() == 2);
  CHECK(contains(output_of(folder, common + "-f table"), "column"));
  CHECK(shell(folder, common + "--fail-if 'marginals.y.ks > 0'").code == 1);
  check_error(shell(folder, common + "-f csv"), 2, "marginals-csv");
}

TEST_CASE(
    "fm-eval: --per-row without a model gives each row's distance to the nearest training and reference "
    "row") {
  const Folder folder;
  make_samples(folder);
  output_of(folder,
            "printf 'x,y\\n0,0\\n3,4\\n' > train.csv; printf 'y,x\\n1,0\\n' > held.csv; "
            "printf 'x,y\\n0,0\\n3,0\\n' > s.csv");
  CHECK(output_of(folder, "fm-eval s.csv -r held.csv --train train.csv --per-row") ==
        "x,y,nearest_training,nearest_reference\n0,0,0,1\n3,0,3,3.1622776601683795\n");
  CHECK(output_of(folder, "fm-eval s.csv -r held.csv --per-row -f json") ==
        "{\"x\":0,\"y\":0,\"nearest_reference\":1}\n{\"x\":3,\"y\":0,\"nearest_reference\":3."
        "1622776601683795}\n");
  check_error(shell(folder, "fm-eval s.csv s.csv -r held.csv --per-row"), 2, "several-samples");
  check_error(shell(folder, "fm-eval s.csv -r held.csv --per-row -f table"), 2, "row-format");
  check_error(shell(folder, "fm-eval s.csv -r held.csv --per-row --fail-if 'w2 > 1'"), 2, "per-row-alone");
  CHECK(output_of(folder, "fm-eval s.csv --train train.csv --per-row") ==
        "x,y,nearest_training\n0,0,0\n3,0,3\n");
  check_error(shell(folder, "fm-eval s.csv --exact train.csv --train held.csv"), 2, "comparison-only",
              "--per-row");
  check_error(shell(folder, "fm-eval s.csv --train train.csv"), 2, "no-reference");
}

TEST_CASE(
    "fm-eval: --per-row gives the two distances and the log-density side by side, whichever are given") {
  const Folder folder;
  write_text(
      folder / "mix.json",
      R"({"columns": ["x", "y"], "weights": [1], "means": [[0, 0]], "covariances": [[[1, 0], [0, 1]]]})");
  output_of(folder,
            "printf 'x,y\\n0,0\\n3,4\\n' > train.csv; printf 'y,x\\n1,0\\n' > held.csv; "
            "printf 'x,y\\n0,0\\n3,0\\n' > s.csv");
  const auto lines =
      lines_of(output_of(folder, "fm-eval s.csv --mixture mix.json -r held.csv --train train.csv --per-row"));
  REQUIRE(lines.size() == 3);
  CHECK(lines[0] == "x,y,nearest_training,nearest_reference,log_density");
  const auto rows = rows_of(lines[0] + "\n" + lines[1] + "\n" + lines[2] + "\n");
  const double at_zero = -std::log(2 * std::acos(-1.0));
  for (const auto& [row, training, reference, density] :
       {std::tuple{0U, 0.0, 1.0, at_zero}, std::tuple{1U, 3.0, std::sqrt(10), at_zero - 4.5}}) {
    CHECK(rows[row][2] == doctest::Approx(training).epsilon(1e-14));
    CHECK(rows[row][3] == doctest::Approx(reference).epsilon(1e-14));
    CHECK(rows[row][4] == doctest::Approx(density).epsilon(1e-12));
  }
  const auto header_of = [&](const std::string& given) {
    return lines_of(output_of(folder, "fm-eval s.csv --mixture mix.json --per-row " + given)).front();
  };
  CHECK(header_of("--train train.csv") == "x,y,nearest_training,log_density");
  CHECK(header_of("-r held.csv") == "x,y,nearest_reference,log_density");
  CHECK(header_of("-r held.csv --log-density hutchinson:probes=2 --column-prefix my_") ==
        "x,y,my_nearest_reference,my_log_density,my_log_density_error");
}

TEST_CASE("fm-eval: --per-row with a model and other rows is the columns of the runs with one of them") {
  const Folder folder;
  make_samples(folder);
  const std::string moons = data_file("moons.csv"),
                    others = " -r " + data_file("moons-test.csv") + " --train " + moons;
  REQUIRE(shell(folder, "fm-train " + moons + " -o m.st --hidden 8 --steps 20").code == 0);
  const auto write = [&](const std::string& given, const std::string& to) {
    output_of(folder, "fm-eval samples.csv --per-row " + given + " -o " + to);
  };
  for (const std::string units : {"", " --standardize columns"}) {
    CAPTURE(units);
    write("-m m.st" + others + units, "all.csv");
    write("-m m.st", "density.csv");
    write(others + units, "distances.csv");
    output_of(folder, "cut -d, -f3 density.csv | paste -d, distances.csv - | cmp - all.csv");
  }
  // Shards are parts of the same rows.
  for (const std::string k : {"1", "2", "3"})
    write("-m m.st" + others + " --standardize columns --shard " + k + "/3", "part" + k + ".csv");
  output_of(folder, "cat part1.csv part2.csv part3.csv | cmp - all.csv");
  check_error(shell(folder, "fm-eval samples.csv --per-row -m m.st -r - -o x.csv --train - < samples.csv"), 2,
              "two-stdins");
  check_error(shell(folder, "fm-eval samples.csv --per-row -m m.st -r held.csv -o held.csv"), 2, "same-file");
  write_text(folder / "clash.csv", "nearest_reference,y\n1,2\n3,4\n5,6\n2,3\n");
  REQUIRE(shell(folder, "fm-train clash.csv -o c.st --hidden 8 --steps 20").code == 0);
  check_error(shell(folder, "fm-eval clash.csv --per-row -m c.st -r clash.csv"), 2, "column-clash");
}

TEST_CASE("fm-eval: a number that is not finite never passes a gate") {
  const Folder folder;
  make_samples(folder);
  const auto run = [&](const std::string& metric, const std::string& condition) {
    return shell(folder,
                 "fm-eval samples.csv" + reference + "--metric " + metric + " --fail-if '" + condition + "'");
  };
  for (const char* kernel : {"gaussian", "laplace", "imq"})
    for (const char* bandwidth : {"1e-300", "1e-20", "1e14", "1e300"})
      check_error(run(std::string("mmd:bandwidth=") + bandwidth + ",kernel=" + kernel, "mmd > 0.1"), 6,
                  "kernel-flat", "no digit is left");
  for (const char* condition : {"w2 > 0/0", "w2 > 1/0", "w2 > 1e308*10"})
    check_error(run("w2", condition), 2, "condition-number");
  check_error(run("sinkhorn:reg=1e16", "sinkhorn > 0.1"), 2, "option-range", "1e+06");
  check_error(run("energy --bootstrap 1", "energy > 0.1"), 2, "bootstrap-draws", "39");
  check_error(run("''", "energy > 0.1"), 2, "no-metric");
  CHECK(run("'' --marginals", "marginals.x.w1 > 1e9").code == 0);
}

TEST_CASE("fm-eval: a quotient of what the rows give is judged after the work, with the result written") {
  const Folder folder;
  write_text(folder / "one.csv", "x,y\n1,1\n1,1\n1,1\n1,1\n");
  output_of(folder, "fm-data moons -n 8 -o eight.csv");
  for (const char* condition : {"w2 / floor > 3", "w2.ratio > 3"}) {
    const Result result =
        shell(folder, std::string("fm-eval eight.csv -r one.csv --metric w2 --fail-if '") + condition + "'");
    CHECK(result.code == 2);
    CHECK(json_of(result.out)["w2"]["floor"] == 0);
  }
  CHECK(!contains(output_of(folder, "fm-eval one.csv -r one.csv --metric mmd,energy,sinkhorn,w1 -f csv"),
                  "-0"));
}

TEST_CASE("fm-eval: conditions name metrics as --metric and the table do") {
  const Folder folder;
  make_samples(folder);
  const auto code = [&](const std::string& condition) {
    return shell(folder, "fm-eval samples.csv" + reference +
                             "--metric sliced-w2,sinkhorn:reg=1,sinkhorn:reg=0.5 --max-rows 20 --fail-if '" +
                             condition + "'")
        .code;
  };
  for (const char* condition :
       {"sliced-w2 > 0", "sliced_w2 > 0", "sliced-w2.floor > 0 and value > 0", "sinkhorn:reg=1.p >= 0",
        "\"sinkhorn:reg=0.5\" >= 0", "sinkhorn:reg=0.5 - sinkhorn:reg=1 > -9"})
    CHECK_MESSAGE(code(condition) == 1, condition);
  check_error(shell(folder, "fm-eval samples.csv" + reference +
                                "--metric sinkhorn:reg=1,sinkhorn:reg=0.5 --fail-if 'sinkhorn > 0.5'"),
              2, "condition-name", "did you mean \"sinkhorn:reg=1\"");
}
