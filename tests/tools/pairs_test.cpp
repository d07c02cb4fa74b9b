// fm-pairs, and training from pairs.
#include <algorithm>
#include <cmath>
#include <set>

#include "core/json.h"
#include "tools/support.h"

using namespace fm::test;

namespace {

void make_clouds(const Folder& folder) {
  REQUIRE(shell(folder,
                "fm-data moons -n 200 -o a.csv; fm-data 8gaussians -n 200 -o b.csv; "
                "fm-data 8gaussians -n 150 --seed 1 -o c.csv")
              .code == 0);
}

}  // namespace

TEST_CASE("fm-pairs: the exact plan uses every row of both clouds once, and its cost is in the report") {
  const Folder folder;
  make_clouds(folder);
  const Result result = shell(folder, "fm-pairs a.csv b.csv --report r.json");
  REQUIRE_MESSAGE(result.code == 0, result.err);
  CHECK(lines_of(result.out).front() == "source_x,source_y,target_x,target_y,weight");
  const auto plan = rows_of(result.out), a = rows_of(read_text(folder / "a.csv")),
             b = rows_of(read_text(folder / "b.csv"));
  std::multiset<std::vector<double>> sources, targets;
  double cost = 0;
  for (const auto& row : plan) {
    sources.insert({row[0], row[1]});
    targets.insert({row[2], row[3]});
    CHECK(row[4] == 1.0 / 200);
    cost += row[4] * (std::pow(row[0] - row[2], 2) + std::pow(row[1] - row[3], 2));
  }
  CHECK(sources == std::multiset<std::vector<double>>(a.begin(), a.end()));
  CHECK(targets == std::multiset<std::vector<double>>(b.begin(), b.end()));
  const fm::Json report = fm::Json::parse(read_text(folder / "r.json"));
  CHECK(report["cost"].get<double>() == doctest::Approx(cost).epsilon(1e-12));
  CHECK(report["mass"].get<double>() == doctest::Approx(1));
}

TEST_CASE("fm-pairs --min-weight: pairs of less weight are left out, and their mass is told") {
  const Folder folder;
  make_clouds(folder);
  const std::string command = "fm-pairs a.csv b.csv --coupling sinkhorn:reg=0.05 --report report";
  const auto all = rows_of(output_of(folder, command));
  constexpr double least = 1e-6;
  std::vector<std::vector<double>> heavy;
  double light = 0;
  for (const auto& row : all) {
    if (row.back() >= least)
      heavy.push_back(row);
    else
      light += row.back();
  }
  CHECK(rows_of(output_of(folder, command + " --min-weight 1e-6")) == heavy);
  CHECK(heavy.size() < all.size());
  const fm::Json report = fm::Json::parse(read_text(folder / "report"));
  CHECK(report.at("left_out_mass").get<double>() == doctest::Approx(light).epsilon(1e-6));
  CHECK(report.at("pairs") == heavy.size());
  check_error(shell(folder, command + " --min-weight 1"), 2, "no-pairs", "smaller --min-weight");
  check_error(shell(folder, command + " --min-weight 1e-6 --times 0:1:0.5"), 2, "table-only", "--times");
}

TEST_CASE("fm-pairs: every plan has the same bytes for one and two threads, and is read back by fm-train") {
  const Folder folder;
  make_clouds(folder);
  for (const char* coupling : {"exact", "sinkhorn", "unbalanced", "partial:share=0.5", "greedy"}) {
    const std::string command = std::string("fm-pairs a.csv b.csv --coupling ") + coupling;
    const Result once = shell(folder, command + " -j 1");
    REQUIRE_MESSAGE(once.code == 0, once.err);
    CHECK(once.out == shell(folder, command + " -j 2").out);
    const Result trained = shell(folder, command + " | fm-train --pairs - --report r.json -o m" + brief);
    CHECK_MESSAGE(trained.code == 0, trained.err);
    CHECK(contains(read_text(folder / "r.json"), "\"unpaired_rows\""));
  }
}

TEST_CASE("fm-pairs: clouds of unequal sizes go where the plan allows it") {
  const Folder folder;
  make_clouds(folder);
  const Result sinkhorn =
      shell(folder, "fm-pairs a.csv c.csv --coupling sinkhorn:tolerance=1e-9 --report r.json");
  REQUIRE_MESSAGE(sinkhorn.code == 0, sinkhorn.err);
  const fm::Json report = fm::Json::parse(read_text(folder / "r.json"));
  CHECK(report["source_marginal_error"].get<double>() < 1e-9);
  CHECK(report["target_marginal_error"].get<double>() < 1.1e-9);
  for (const char* coupling : {"exact", "greedy", "partial"}) {
    const Result refused = shell(folder, std::string("fm-pairs a.csv c.csv --coupling ") + coupling);
    CHECK(refused.code == 3);
    CHECK(contains(refused.err, "[plan-sizes]"));
    CHECK(refused.out.empty());
  }
}

TEST_CASE("fm-pairs: a plan that does not converge writes nothing") {
  const Folder folder;
  make_clouds(folder);
  write_text(folder / "plan.csv", "an older plan");
  const Result result =
      shell(folder,
            "fm-pairs a.csv b.csv --coupling sinkhorn:reg=1e-4,tolerance=1e-9,max_iterations=5 -o plan.csv");
  CHECK(result.code == 6);
  CHECK(contains(result.err, "[sinkhorn-iterations]"));
  CHECK(read_text(folder / "plan.csv") == "an older plan");
}

TEST_CASE("fm-pairs: the flow starts in the source, ends in the target and is straight") {
  const Folder folder;
  make_clouds(folder);
  const Result flow = shell(folder, "fm-pairs a.csv b.csv --times 0:1:0.25");
  REQUIRE_MESSAGE(flow.code == 0, flow.err);
  CHECK(lines_of(flow.out).front() == "sample,t,x,y");
  const auto rows = rows_of(flow.out), plan = rows_of(shell(folder, "fm-pairs a.csv b.csv").out);
  REQUIRE(rows.size() == 1000);
  for (std::size_t n = 0; n < 200; ++n)
    for (std::size_t k = 0; k < 5; ++k) {
      const auto& row = rows[5 * n + k];
      const double t = 0.25 * static_cast<double>(k);
      REQUIRE(row[0] == static_cast<double>(n));
      REQUIRE(row[1] == t);
      for (std::size_t d = 0; d < 2; ++d)
        REQUIRE(row[2 + d] == doctest::Approx((1 - t) * plan[n][d] + t * plan[n][2 + d]).epsilon(1e-12));
    }
  CHECK(lines_of(shell(folder, "fm-pairs a.csv b.csv --coupling partial:share=0.5 --times 0,1").out).size() ==
        1 + 2 * 100);
}

TEST_CASE("fm-pairs: contradictions are usage errors with a hint") {
  const Folder folder;
  make_clouds(folder);
  CHECK(contains(shell(folder, "fm-pairs a.csv").err, "[two-clouds]"));
  write_text(folder / "sample.csv", "sample,y\n1,2\n3,4\n");
  CHECK(contains(shell(folder, "fm-pairs sample.csv sample.csv --times 0,1").err, "[column-clash]"));
  CHECK(shell(folder, "fm-pairs sample.csv sample.csv --times 0,1 --column-prefix fm_").code == 0);
  CHECK(shell(folder, "fm-pairs a.csv sample.csv").code != 0);
}

TEST_CASE("fm-train: a model of given pairs transports the points of their source") {
  const Folder folder;
  make_clouds(folder);
  REQUIRE(shell(folder, "fm-pairs a.csv b.csv -o plan.csv").code == 0);
  const Result trained = shell(folder, "fm-train --pairs plan.csv -o m" + brief);
  REQUIRE_MESSAGE(trained.code == 0, trained.err);
  CHECK(lines_of(shell(folder, "fm-sample -m m a.csv").out).size() == 201);
  CHECK(contains(shell(folder, "fm-sample -m m -n 5").err, "[start-points]"));
  REQUIRE(shell(folder, "fm-train --pairs plan.csv --print-config > config" + brief).code == 0);
  REQUIRE(shell(folder, "fm-train --config config -o again").code == 0);
  CHECK(read_text(folder / "m") == read_text(folder / "again"));
}

TEST_CASE("fm-train: pairs beside data, source or coupling are refused") {
  const Folder folder;
  make_clouds(folder);
  REQUIRE(shell(folder, "fm-pairs a.csv b.csv -o plan.csv").code == 0);
  CHECK(contains(shell(folder, "fm-train a.csv --pairs plan.csv -o m").err, "[pairs-and-data]"));
  CHECK(contains(shell(folder, "fm-train --source a.csv --pairs plan.csv -o m").err, "[pairs-and-data]"));
  CHECK(contains(shell(folder, "fm-train --coupling greedy --pairs plan.csv -o m").err, "[pairs-coupling]"));
  CHECK(contains(shell(folder, "fm-train --pairs a.csv -o m").err, "[pair-columns]"));
}

TEST_CASE("fm-train: every coupling trains, to the same bytes for one and two threads") {
  const Folder folder;
  make_clouds(folder);
  for (const char* coupling :
       {"independent", "exact", "sinkhorn", "unbalanced", "partial", "greedy", "semidiscrete:passes=10"})
    for (const char* source : {"normal", "a.csv"}) {
      CAPTURE(coupling);
      const std::string command =
          std::string("fm-train b.csv --coupling ") + coupling + " --source " + source + brief;
      const Result one = shell(folder, command + "-j 1 -o one"), two = shell(folder, command + "-j 2 -o two");
      CHECK_MESSAGE(one.code == 0, one.err);
      CHECK_MESSAGE(two.code == 0, two.err);
      CHECK(read_text(folder / "one") == read_text(folder / "two"));
    }
}

TEST_CASE("fm-train: rows that are in no pair are warned of and reported") {
  const Folder folder;
  make_clouds(folder);
  const Result result =
      shell(folder,
            "fm-train b.csv --coupling partial:share=0.5,batch=100 --report r.json -o m --steps 20 "
            "--hidden 8 --pool 200");
  REQUIRE_MESSAGE(result.code == 0, result.err);
  CHECK(contains(result.err, "100 of 200 rows are in no pair"));
  CHECK(fm::Json::parse(read_text(folder / "r.json"))["unpaired_rows"] == 100);
}

TEST_CASE("fm-train: couplings that are optimal make paths of the least energy from noise to eight normals" *
          doctest::test_suite("slow")) {
  // NPE = |int E|v|^2 dt - W2^2| / W2^2 (trapezoids at 51 times). W2^2 = 29 - 2 max E x.y = 15.00 +- 0.03: by
  // fm-pairs on five pairs of samples of 10,000 points, with E|x|^2 = 2 and E|y|^2 = 27 known. The energy of
  // 4000 paths has a standard error of 0.3 %.
  constexpr double distance = 15.0;
  const Folder folder;
  REQUIRE(shell(folder, "fm-data 8gaussians -n 10000 -o ring.csv").code == 0);
  const auto path_energy_excess = [&](const std::string& coupling) {
    const Result paths = shell(folder, "fm-train ring.csv --standardize none -q --coupling " + coupling +
                                           " | fm-path -n 4000 --times 0:1:0.02 --columns-out v");
    REQUIRE_MESSAGE(paths.code == 0, paths.err);
    double energy = 0;
    for (const auto& row : rows_of(paths.out))
      energy += (row[1] == 0 || row[1] == 1 ? 0.5 : 1) * (row[4] * row[4] + row[5] * row[5]);
    return std::abs(energy * 0.02 / 4000 - distance) / distance;
  };
  for (const char* coupling : {"semidiscrete", "exact:batch=1024", "exact"}) {
    const double npe = path_energy_excess(coupling);
    MESSAGE(coupling, ": NPE ", npe);
    CHECK_MESSAGE(npe < 0.02, coupling);
  }
  CHECK(path_energy_excess("independent") > 0.1);
}
