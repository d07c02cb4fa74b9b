// fm-loss, fm-energy and fm-train --floor under every scheduler: what is infinite is said to be, and a model
// can be measured on another path than it learned.
#include <cmath>

#include "core/json.h"
#include "core/value.h"
#include "flow/scheduler.h"
#include "tools/support.h"

using namespace fm::test;
using fm::Json;

namespace {

const std::string mixture = R"({"columns":["x","y"],"weights":[0.6,0.4],"means":[[1,0.5],[-1,-0.5]],)"
                            R"("covariances":[[[0.4,0.3],[0.3,0.5]],[[0.2,-0.1],[-0.1,0.3]]]})";

Json json_of(const Folder& folder, const std::string& command) {
  return Json::parse(output_of(folder, command));
}

double number(const Json& json, const char* key) {
  return json.at(key).get<double>();
}

/// Calls visit(name, whether the conditional speed is not square integrable).
template <class Visitor>
void for_each_scheduler(const Visitor& visit) {
  fm::for_each_member<fm::Scheduler>([&](const auto& scheduler) {
    CAPTURE(std::string(scheduler.name));
    visit(std::string(scheduler.name), fm::scheduler_domain(scheduler).end < 1);
  });
}

}  // namespace

TEST_CASE("infinite terms: fm-loss says so, and gives numbers inside stated times, for every scheduler") {
  const Folder folder;
  write_text(folder / "mix.json", mixture);
  make_model(folder);
  const std::string rows = "--exact '" + data_file("moons.csv") + "'";
  for_each_scheduler([&](const std::string& scheduler, bool infinite) {
    const auto losses = [&](const std::string& law) {
      return json_of(folder, "fm-loss " + law + " -n 100 --bins 4 -q --scheduler " + scheduler);
    };
    const auto holds = [&](const Json& json, bool loss_infinite, bool floor_infinite) {
      CHECK((json["total"]["loss"] == "infinite") == loss_infinite);
      CHECK((json["total"]["floor"] == "infinite") == floor_infinite);
      CHECK(json["total"]["distance"].is_number());
      for (std::size_t bin = 0; bin < 3; ++bin)
        for (const char* key : {"loss", "floor", "excess", "distance"})
          CHECK(json["bins"][bin][key].is_number());
    };
    holds(losses("--mixture mix.json"), infinite, infinite);
    // Rows have a finite floor everywhere, which is the loss of their own field, but of no other.
    holds(losses(rows), false, false);
    holds(losses(rows + " -m m.safetensors"), infinite, false);
    const Json part = losses("--mixture mix.json --times 0:0.9");
    CHECK(part["total"]["loss"].is_number());
    CHECK(part["total"]["times"][1] == 0.9);
  });
}

TEST_CASE("infinite terms: fm-energy says so, for mixtures, rows and a model, for every scheduler") {
  const Folder folder;
  write_text(folder / "mix.json", mixture);
  write_text(folder / "rows.csv", "x,y\n0,0\n1,3\n4,-1\n2,2\n");
  REQUIRE(shell(folder, "fm-train rows.csv --coupling independent -o m.safetensors" + brief).code == 0);
  for_each_scheduler([&](const std::string& scheduler, bool infinite) {
    const auto path = [&](const std::string& law) {
      return Json(
          json_of(folder, "fm-energy " + law + " -q -n 20 --rows 20 --schedulers " + scheduler)["paths"][0]);
    };
    const Json normal = path("--mixture mix.json"), rows = path("--exact rows.csv"),
               model = path("--exact rows.csv -m m.safetensors");
    for (const Json& json : {normal, rows, model}) {
      CHECK((json["pair_energy"] == "infinite") == infinite);
      CHECK(json["w2_squared"].is_number());
      CHECK(json["t_end"].is_number());
    }
    CHECK((rows["npe"] == "infinite") == infinite);
    for (const char* key : {"flow_energy", "straightness"}) {
      CHECK(normal[key].is_number());
      CHECK((rows[key] == "infinite") == infinite);
      CHECK(model[key].is_number());
    }
  });
}

TEST_CASE("infinite terms: fm-train --floor refuses what is infinite, for every scheduler") {
  const Folder folder;
  for_each_scheduler([&](const std::string& scheduler, bool infinite) {
    const Result result = shell(folder, "fm-train '" + data_file("faithful.csv") +
                                            "' --coupling independent --floor -o m.safetensors --scheduler " +
                                            scheduler + brief);
    CHECK(result.code == (infinite ? 2 : 0));
    CHECK(contains(result.err, "infinite") == infinite);
    CHECK(contains(result.err, "[floor-unknown]") == infinite);
  });
}

TEST_CASE(
    "fm-loss: a model on a path of the same lines at another speed is as far off as the speed squared") {
  // With s = t^2, u_bar_t(x) = 2t u_s(x): int 4t^2 e(s) dt = int 2 sqrt(s) e(s) ds, e the distance at s.
  const Folder folder;
  write_text(folder / "mix.json", mixture);
  REQUIRE(shell(folder,
                "fm-sample --mixture mix.json -n 2000 -o rows.csv && "
                "fm-train rows.csv --coupling independent -o m.safetensors" +
                    brief)
              .code == 0);
  const std::string command = "fm-loss --mixture mix.json -m m.safetensors -n 40000 --bins 100";
  const Json own = json_of(folder, command);
  double expected = 0, variance = 0;
  for (const Json& bin : own["bins"]) {
    const double a = bin["times"][0], b = bin["times"][1];
    const double weight = 4.0 / 3 * (std::pow(b, 1.5) - std::pow(a, 1.5));
    expected += weight * number(bin, "distance");
    variance += std::pow(weight * number(bin, "distance_error"), 2);
  }
  const Json other = json_of(folder, command + " --scheduler polynomial:power=2 --seed 1")["total"];
  CHECK(std::abs(number(other, "distance") - expected) <
        4 * std::hypot(std::sqrt(variance), number(other, "distance_error")));
  CHECK(std::abs(number(other, "distance") - number(own["total"], "distance")) >
        4 * number(other, "distance_error"));
  CHECK(std::abs(number(other, "cross")) < 4 * number(other, "cross_error"));
}
