// fm-loss, fm-energy and fm-grid: the theorem of flow matching as a user sees it.
#include <cmath>
#include <sstream>

#include "core/json.h"
#include "tools/support.h"

using namespace fm::test;
using fm::Json;

namespace {

/// Two overlapping normal laws in the plane, as mix.json in `folder`.
void make_mixture(const Folder& folder) {
  write_text(folder / "mix.json", R"({"columns":["x","y"],"weights":[0.6,0.4],"means":[[1,0.5],[-1,-0.5]],)"
                                  R"("covariances":[[[0.4,0.3],[0.3,0.5]],[[0.2,-0.1],[-0.1,0.3]]]})");
}

Json json_of(const Folder& folder, const std::string& command) {
  return Json::parse(output_of(folder, command));
}

double number(const Json& json, const char* key) {
  return json.at(key).get<double>();
}

}  // namespace

TEST_CASE("fm-loss: of a model L - floor is L* and falls with training" * doctest::test_suite("slow")) {
  const Folder folder;
  make_mixture(folder);
  REQUIRE(shell(folder, "fm-sample --mixture mix.json -n 20000 -o rows.csv").code == 0);
  double before = 1e9;
  for (const std::string steps : {"50", "500", "3000"}) {
    CAPTURE(steps);
    REQUIRE(shell(folder,
                  "fm-train rows.csv --coupling independent --hidden 32,32 -o m.safetensors --steps " + steps)
                .code == 0);
    const Json total = json_of(folder, "fm-loss --mixture mix.json -m m.safetensors -n 50000").at("total");
    CHECK(std::abs(number(total, "cross")) < 3 * number(total, "cross_error"));
    CHECK(number(total, "distance") < 0.6 * before);
    CHECK(number(total, "loss") - number(total, "floor") == doctest::Approx(number(total, "excess")));
    before = number(total, "distance");
  }
  // Of a floor of 2.84.
  CHECK(before < 0.03);
}

TEST_CASE("fm-loss: bins and a total, the same bytes for any number of threads, infinite is said so") {
  const Folder folder;
  make_mixture(folder);
  const Result csv = shell(folder, "fm-loss --mixture mix.json -n 1000 --bins 4 -f csv -j 1");
  REQUIRE_MESSAGE(csv.code == 0, csv.err);
  const auto lines = lines_of(csv.out);
  REQUIRE(lines.size() == 6);
  CHECK(lines[0] ==
        "t_begin,t_end,loss,loss_error,floor,floor_error,excess,excess_error,distance,distance_error");
  CHECK(lines[1].starts_with("0,0.25,"));
  CHECK(lines[5].starts_with("0,1,"));
  CHECK(shell(folder, "fm-loss --mixture mix.json -n 1000 --bins 4 -f csv -j 3").out == csv.out);
  const Json vp = json_of(folder, "fm-loss --mixture mix.json -n 100 --bins 2 --scheduler vp");
  CHECK(vp.at("total").at("loss") == "infinite");
  CHECK(vp.at("total").at("floor") == "infinite");
  CHECK(number(vp.at("total"), "distance") == 0);
  CHECK(vp.at("bins")[0].at("loss").is_number());
  const Json before_end = json_of(folder, "fm-loss --mixture mix.json -n 100 --scheduler vp --times 0:0.9");
  CHECK(before_end.at("total").at("loss").is_number());
}

TEST_CASE("fm-loss: rows in a model's coordinates, and a word on other couplings") {
  const Folder folder;
  make_model(folder);  // by exact coupling
  const Result loss =
      shell(folder, "fm-loss --exact " + data_file("moons.csv") + " -m m.safetensors -n 200 --bins 2");
  REQUIRE_MESSAGE(loss.code == 0, loss.err);
  CHECK(contains(loss.err, "independent pairs"));
  CHECK(number(Json::parse(loss.out).at("total"), "distance") > 0);
}

TEST_CASE("fm-loss: --gradient shows that loss and distance have one gradient, and changes no other number") {
  const Folder folder;
  make_mixture(folder);
  REQUIRE(shell(folder,
                "fm-sample --mixture mix.json -n 2000 -o rows.csv && "
                "fm-train rows.csv --coupling independent -o m.safetensors" +
                    brief)
              .code == 0);
  const std::string command = "fm-loss --mixture mix.json -m m.safetensors --bins 2 ";
  double before = 0;
  for (const int count : {4000, 256000}) {
    const Json json = json_of(folder, command + "--gradient -n " + std::to_string(count));
    const double error = number(json["total"], "gradient_difference_error");
    CHECK(number(json["total"], "gradient_difference") < std::sqrt(1 + 6 * std::sqrt(2.0)) * error);
    if (before > 0) {
      // 64 times the draws, an eighth of the error: by 64 batches and more, within 5 times 1/sqrt(128).
      CHECK(std::abs(std::log(before / error / 8)) < std::log(1.45));
      // And that is no empty claim: the gradient itself is far from 0.
      CHECK(number(json["total"], "distance_gradient") > 5 * error);
    }
    before = error;
    CHECK(json["bins"][1].contains("loss_gradient"));
    Json plain = json_of(folder, command + "-n " + std::to_string(count));
    CHECK(plain["total"]["loss"] == json["total"]["loss"]);
    CHECK(!plain["total"].contains("loss_gradient"));
  }
  const Result csv = shell(folder, command + "--gradient -f csv -n 1000 -j 1");
  CHECK(lines_of(csv.out).front().ends_with(
      ",loss_gradient,loss_gradient_error,distance_gradient,distance_gradient_error,gradient_difference,"
      "gradient_difference_error"));
  CHECK(csv.out == shell(folder, command + "--gradient -f csv -n 1000 -j 3").out);
}

TEST_CASE("fm-energy: the numbers between two normal laws are those of the closed forms") {
  const Folder folder;
  write_text(folder / "normal.json", R"({"weights":[1],"means":[[2,-1]],"covariances":[[[1,0],[0,1]]]})");
  const Json json = json_of(folder,
                            "fm-energy --mixture normal.json --standardize none --schedulers cond-ot "
                            "--solver dopri5:rtol=1e-8,atol=1e-8 -n 100");
  const Json path = json.at("paths")[0];
  constexpr double bend = 0.4292037;  // 2 - pi/2
  CHECK(number(path, "w2_squared") == doctest::Approx(5).epsilon(1e-9));
  CHECK(number(path, "flow_energy") == doctest::Approx(5 + 2 * bend).epsilon(1e-6));
  CHECK(number(path, "pair_energy") == doctest::Approx(5 + 4).epsilon(1e-9));
  CHECK(number(path, "npe") == doctest::Approx(2 * bend / 5).epsilon(1e-5));
  CHECK(number(path, "straightness") == doctest::Approx(2 * bend).epsilon(1e-5));
}

TEST_CASE("fm-energy: every scheduler without a list, infinite where it is") {
  const Folder folder;
  make_mixture(folder);
  const Result csv = shell(folder, "fm-energy --mixture mix.json -n 50 --rows 50 -f csv -j 1");
  REQUIRE_MESSAGE(csv.code == 0, csv.err);
  const auto lines = lines_of(csv.out);
  REQUIRE(lines.size() > 2);
  CHECK(lines[0].starts_with("scheduler,t_end,w2_lower,"));
  for (const std::string& line : lines)
    CHECK(contains(line, "infinite") == (line.starts_with("\"vp") || line.starts_with("linear-vp")));
  CHECK(shell(folder, "fm-energy --mixture mix.json -n 50 --rows 50 -f csv -j 3").out == csv.out);
}

TEST_CASE("fm-grid: rows of the plane, whose sums are a mass of 1 and no residual") {
  const Folder folder;
  make_mixture(folder);
  const auto lines = lines_of(shell(folder, "fm-grid --mixture mix.json --times 0.5 --cells 4").out);
  REQUIRE(lines.size() == 17);
  CHECK(lines[0] == "t,x,y,density,v_x,v_y,residual");
  CHECK(lines[1].starts_with("0.5,"));
  const auto sums = lines_of(shell(folder, "fm-grid --mixture mix.json --sums").out);
  REQUIRE(sums.size() == 6);
  CHECK(sums[0] == "t,mass,rate,residual");
  for (std::size_t i = 1; i < sums.size(); ++i) {
    double t = 0, mass = 0, rate = 0, residual = 0;
    char comma = 0;
    std::istringstream(sums[i]) >> t >> comma >> mass >> comma >> rate >> comma >> residual;
    CHECK(mass == doctest::Approx(1).epsilon(2e-4));  // four standard deviations of each column
    CHECK(residual < 1e-6 * rate);
  }
}

TEST_CASE("fm-grid: a model's own density integrates to 1 at every time, whatever the scheduler") {
  const Folder folder;
  make_model(folder);
  for (const char* scheduler : {"", " --scheduler cosine", " --scheduler lipman"}) {
    CAPTURE(scheduler);
    const Result sums =
        shell(folder, std::string("fm-grid -m m.safetensors --times 0,0.5,1 --sums --cells 60") + scheduler);
    REQUIRE_MESSAGE(sums.code == 0, sums.err);
    CHECK(lines_of(sums.out).front() == "t,mass");
    // Four standard deviations of each column leave out 1.3e-4 of a normal law; the solver adds 1e-4 a point.
    for (const auto& row : rows_of(sums.out)) CHECK(std::abs(row[1] - 1) < 1e-3);
  }
  const Result rows = shell(folder, "fm-grid -m m.safetensors --times 1 --cells 3");
  CHECK(lines_of(rows.out).front() == "t,x,y,density,v_x,v_y");
  CHECK(lines_of(rows.out).size() == 10);
}

TEST_CASE("fm-train: --floor says how far above perfect training the loss is, and changes no byte") {
  const Folder folder;
  const std::string train = "fm-train '" + data_file("faithful.csv") + "' --coupling independent" + brief;
  const Result told = shell(folder, train + "-o a.safetensors --floor --report r.json --log log.jsonl");
  REQUIRE_MESSAGE(told.code == 0, told.err);
  CHECK(contains(told.err, "loss minus floor"));
  REQUIRE(shell(folder, train + "-o b.safetensors").code == 0);
  CHECK(read_text(folder / "a.safetensors") == read_text(folder / "b.safetensors"));
  const Json report = Json::parse(read_text(folder / "r.json"));
  CHECK(number(report, "loss_minus_floor") ==
        doctest::Approx(number(report, "final_loss") - number(report, "floor")));
  CHECK(contains(read_text(folder / "log.jsonl"), "\"loss_minus_floor\":"));
  // The same floor as of fm-loss, by other draws.
  const Json loss = json_of(folder, "fm-loss --exact " + data_file("faithful.csv") + " --seed 1").at("total");
  CHECK(std::abs(number(loss, "floor") - number(report, "floor")) <
        4 * std::hypot(number(loss, "floor_error"), number(report, "floor_error")));
  const Result other = shell(folder, "fm-train '" + data_file("faithful.csv") + "' --floor -o c.safetensors");
  CHECK(other.code == 2);
  CHECK(contains(other.err, "[floor-unknown]"));
  CHECK(contains(other.err, "--coupling independent"));
  const Result bridge = shell(folder, train + "-o c.safetensors --floor --path bridge");
  CHECK(bridge.code == 2);
  CHECK(contains(bridge.err, "infinite"));
}

TEST_CASE("theorem tools: errors name the option and what would do") {
  const Folder folder;
  make_mixture(folder);
  make_model(folder);
  const auto fails = [&](const std::string& command, const std::string& id) {
    CAPTURE(command);
    const Result result = shell(folder, command);
    CHECK(result.code == 2);
    CHECK_MESSAGE(contains(result.err, "[" + id + "]"), result.err);
  };
  fails("fm-loss", "no-law");
  fails("fm-loss --mixture mix.json --exact " + data_file("moons.csv"), "two-fields");
  fails("fm-loss --mixture mix.json --times 1:0", "times");
  REQUIRE(
      shell(folder, "fm-train '" + data_file("moons.csv") + "' --path bridge -o bridge.safetensors" + brief)
          .code == 0);
  for (const std::string tool : {"fm-loss", "fm-energy", "fm-grid"})
    fails(tool + " --mixture mix.json -m bridge.safetensors", "bridge-path");
  const std::string moons = data_file("moons.csv"), train = "fm-train '" + data_file("8gaussians.csv");
  REQUIRE(shell(folder, train + "' --source '" + moons + "' -o map.safetensors" + brief).code == 0);
  fails("fm-loss --mixture mix.json -m map.safetensors", "normal-source");
  fails("fm-loss --mixture mix.json --gradient", "gradient-model");
  fails("fm-loss --mixture mix.json -m m.safetensors --gradient --scheduler cosine", "gradient-scheduler");
  fails("fm-energy --mixture mix.json -m m.safetensors --standardize none", "exact-only");
  fails("fm-grid --mixture mix.json --range 1:0,0:1", "range");
  fails("fm-grid --exact " + data_file("quakes.csv"), "plane");
  write_text(folder / "other.json",
             R"({"columns":["y","x"],"weights":[1],"means":[[0,0]],"covariances":[[[1,0],[0,1]]]})");
  const Result other = shell(folder, "fm-loss --mixture other.json -m m.safetensors");
  CHECK(other.code == 3);
  CHECK_MESSAGE(contains(other.err, "[law-columns]"), other.err);
}
