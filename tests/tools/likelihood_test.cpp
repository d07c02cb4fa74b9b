// Log-densities by the programs: units, columns, shards, and what has no density.
#include <cmath>
#include <cstdlib>
#include <vector>

#include "tools/support.h"

using namespace fm::test;

namespace {

/// The number that stands behind `key` in one line of JSON.
double json_number(const std::string& json, const std::string& key) {
  const std::size_t at = json.find("\"" + key + "\":");
  REQUIRE_MESSAGE(at != std::string::npos, key, " in ", json);
  return std::strtod(json.c_str() + at + key.size() + 3, nullptr);
}

}  // namespace

TEST_CASE("likelihood: fm-sample's log-density of a new point is fm-eval's of that point") {
  const Folder folder;
  make_model(folder);
  const Result sample =
      shell(folder, "fm-sample -m m.safetensors -n 200 --log-density --solver dopri5:rtol=1e-7,atol=1e-7");
  REQUIRE_MESSAGE(sample.code == 0, sample.err);
  CHECK(lines_of(sample.out).front() == "x,y,log_density");
  const Result scored =
      shell(folder, "fm-eval -m m.safetensors --per-row --solver dopri5:rtol=1e-7,atol=1e-7", sample.out);
  REQUIRE_MESSAGE(scored.code == 0, scored.err);
  CHECK(lines_of(scored.out).front() == "x,y,log_density");
  const auto wanted = rows_of(sample.out), found = rows_of(scored.out);
  REQUIRE(found.size() == 200);
  for (std::size_t n = 0; n < 200; ++n) {
    CHECK(found[n][0] == wanted[n][0]);
    CHECK(found[n][1] == wanted[n][1]);
    // The network is single precision: its noise of 1e-7 is multiplied along the path.
    CHECK(std::abs(found[n][2] - wanted[n][2]) < 1e-3);
  }
}

TEST_CASE("likelihood: the mean over the rows is the log-likelihood, in nats and in bits per dimension") {
  const Folder folder;
  make_model(folder);
  const std::string test = data_file("moons-test.csv");
  const Result json = shell(folder, "fm-eval '" + test + "' -m m.safetensors --report report");
  REQUIRE_MESSAGE(json.code == 0, json.err);
  const auto rows = rows_of(shell(folder, "fm-eval '" + test + "' -m m.safetensors --per-row").out);
  const auto bits = rows_of(shell(folder, "fm-eval '" + test +
                                              "' -m m.safetensors --per-row --log-density-unit "
                                              "bits-per-dimension")
                                .out);
  REQUIRE(rows.size() == bits.size());
  CHECK(json_number(json.out, "rows") == static_cast<double>(rows.size()));
  double sum = 0, squares = 0;
  for (std::size_t n = 0; n < rows.size(); ++n) {
    sum += rows[n][2];
    squares += rows[n][2] * rows[n][2];
    CHECK(bits[n][2] == doctest::Approx(rows[n][2] / (2 * std::log(2))).epsilon(1e-12));
  }
  const double count = static_cast<double>(rows.size()), mean = sum / count;
  const double error = std::sqrt((squares / count - mean * mean) / (count - 1));
  CHECK(json_number(json.out, "nats") == doctest::Approx(mean).epsilon(1e-10));
  CHECK(json_number(json.out, "nats_error") == doctest::Approx(error).epsilon(1e-8));
  CHECK(json_number(json.out, "bits_per_dimension") ==
        doctest::Approx(mean / (2 * std::log(2))).epsilon(1e-10));
  CHECK(json_number(json.out, "bits_per_dimension_error") ==
        doctest::Approx(error / (2 * std::log(2))).epsilon(1e-8));
  CHECK(contains(read_text(folder / "report"), "\"log_likelihood\""));
  const auto csv = lines_of(shell(folder, "fm-eval '" + test + "' -m m.safetensors --format csv").out);
  REQUIRE(csv.size() == 3);
  CHECK(csv[0] == "score,unit,value,value_error,rows");
  CHECK(csv[1].starts_with("log_likelihood,nats,"));
}

TEST_CASE("likelihood: threads and shards do not change a byte, and rows pass through as they are") {
  const Folder folder;
  make_model(folder);
  const std::string test = "'" + data_file("moons-test.csv") + "'";
  for (const std::string& what : std::vector<std::string>{
           "fm-sample -m m.safetensors -n 1001 --log-density hutchinson:probes=4 --with-index --with-stats",
           "fm-sample -m m.safetensors -n 1001 --log-density --solver rk4:steps=5",
           "fm-sample -m m.safetensors " + test + " --reverse --log-density=hutchinson",
           "fm-eval -m m.safetensors " + test + " --per-row",
           "fm-eval -m m.safetensors " + test + " --per-row --log-density hutchinson:probes=3"}) {
    CAPTURE(what);
    const std::string whole = shell(folder, what + " -j 1").out;
    CHECK(lines_of(whole).size() > 500);
    CHECK(whole == shell(folder, what + " -j 2").out);
    std::string parts;
    for (const char* shard : {"1/3", "2/3", "3/3"}) parts += shell(folder, what + " --shard " + shard).out;
    CHECK(parts == whole);
  }
  const Result cut =
      shell(folder, "fm-eval -m m.safetensors " + test + " --per-row | cut -d, -f1,2 | cmp - " + test);
  CHECK_MESSAGE(cut.code == 0, cut.err);
}

TEST_CASE("likelihood: given points backwards have their own log-density beside their place in the source") {
  const Folder folder;
  make_model(folder);
  const std::string test = "'" + data_file("moons-test.csv") + "'";
  const auto moved = rows_of(shell(folder, "fm-sample -m m.safetensors " + test + " --reverse").out);
  const Result both = shell(folder, "fm-sample -m m.safetensors --log-density " + test + " --reverse");
  REQUIRE_MESSAGE(both.code == 0, both.err);
  const auto beside = rows_of(both.out);
  const auto scored = rows_of(shell(folder, "fm-eval " + test + " -m m.safetensors --per-row").out);
  REQUIRE(beside.size() == moved.size());
  for (std::size_t n = 0; n < moved.size(); ++n) {
    CHECK(std::abs(beside[n][0] - moved[n][0]) < 0.02);  // other steps, within the tolerance
    CHECK(beside[n][2] == scored[n][2]);
  }
}

TEST_CASE("likelihood: added columns, and what the solver did") {
  const Folder folder;
  make_model(folder);
  const auto first = [&](const std::string& options) {
    const Result result = shell(folder, "fm-sample -m m.safetensors -n 3 " + options);
    REQUIRE_MESSAGE(result.code == 0, result.err);
    return lines_of(result.out).front();
  };
  CHECK(first("--with-index --log-density hutchinson --with-stats") ==
        "sample,x,y,log_density,log_density_error,nfe,error");
  CHECK(first("--with-stats --column-prefix a_") == "x,y,a_nfe,a_error");
  const auto equal =
      rows_of(shell(folder, "fm-sample -m m.safetensors -n 3 --with-stats --solver midpoint:steps=7").out);
  for (const auto& row : equal) {
    CHECK(row[2] == 14);
    CHECK(row[3] == 0);
  }
  for (const auto& row : rows_of(shell(folder, "fm-sample -m m.safetensors -n 3 --with-stats").out)) {
    CHECK(row[2] >= 8);
    CHECK(row[3] > 0);
  }
  const Result jsonl = shell(folder, "fm-eval -m m.safetensors --per-row --format json", "x,y\n0.5,1\n0,0\n");
  CHECK(lines_of(jsonl.out).front().starts_with(R"({"x":0.5,"y":1,"log_density":)"));
}

TEST_CASE("likelihood: what has no density is refused, with its reason") {
  const Folder folder;
  make_model(folder);
  const std::string moons = "'" + data_file("moons.csv") + "'";
  REQUIRE(shell(folder, "fm-train " + moons + " --source " + moons + " -o map.safetensors" + brief).code ==
          0);
  check_error(shell(folder, "fm-sample -m map.safetensors " + moons + " --log-density"), 2, "source-density");
  check_error(shell(folder, "fm-eval " + moons + " -m map.safetensors"), 2, "source-density");
  check_error(shell(folder, "fm-sample --exact " + moons + " -n 5 --log-density"), 6, "no-density");
  check_error(shell(folder, "fm-sample -m m.safetensors " + moons + " --times 0.2:0.7 --log-density"), 2,
              "density-times");
  CHECK(shell(folder, "fm-sample -m m.safetensors " + moons + " --times 0.7:0 --log-density").code == 0);
  check_error(shell(folder, "fm-sample -m m.safetensors -n 5 --log-density=hutchinson:probes=1"), 2,
              "option-range");
  check_error(shell(folder, "fm-eval " + moons + " -r " + moons + " --log-density exact"), 2, "model-only");
  check_error(shell(folder, "fm-eval " + moons + " -r " + moons + " -m m.safetensors"), 2,
              "model-and-reference");
  check_error(shell(folder, "fm-eval " + moons + " -m m.safetensors --shard 1/2"), 2, "shard-of-mean");
  check_error(shell(folder, "fm-eval " + moons + " -m m.safetensors --per-row --format table"), 2,
              "row-format");
  check_error(shell(folder, "fm-eval -m m.safetensors", "x,y\n"), 3, "no-rows");
  // Columns that are there already stay.
  write_text(folder / "t.csv", "log_density,y\n1,2\n3,4\n5,6\n2,3\n");
  REQUIRE(shell(folder, "fm-train t.csv -o t.safetensors" + brief).code == 0);
  check_error(shell(folder, "fm-sample -m t.safetensors -n 2 --log-density"), 2, "column-clash");
  check_error(shell(folder, "fm-eval t.csv -m t.safetensors --per-row"), 2, "column-clash");
  CHECK(shell(folder, "fm-eval t.csv -m t.safetensors").code == 0);
  CHECK(lines_of(shell(folder, "fm-eval t.csv -m t.safetensors --per-row --column-prefix model_").out)
            .front() == "log_density,y,model_log_density");
}
