// Reflow at the shell: a model's own pairs, and training from them.
#include <string>
#include <vector>

#include "core/json.h"
#include "tools/support.h"

using namespace fm::test;

TEST_CASE("fm-sample: pairs are the drawn or given points beside those that they come to") {
  const Folder folder;
  make_model(folder);
  const Result drawn = shell(folder, "fm-sample -m m.safetensors -n 50 --as-pairs");
  REQUIRE_MESSAGE(drawn.code == 0, drawn.err);
  const auto pairs = lines_of(drawn.out),
             points = lines_of(shell(folder, "fm-sample -m m.safetensors -n 50").out);
  CHECK(pairs.front() == "source_x,source_y,target_x,target_y");
  REQUIRE(pairs.size() == points.size());
  for (std::size_t n = 1; n < pairs.size(); ++n) CHECK(pairs[n].ends_with("," + points[n]));

  // What is given keeps its digits, on the side where it starts.
  const std::string given = "'" + data_file("moons-test.csv") + "'";
  const auto rows = lines_of(read_text(data_file("moons-test.csv")));
  const auto forwards = lines_of(shell(folder, "fm-sample -m m.safetensors --as-pairs " + given).out);
  const auto backwards =
      lines_of(shell(folder, "fm-sample -m m.safetensors --as-pairs --reverse " + given).out);
  REQUIRE(forwards.size() == rows.size());
  REQUIRE(backwards.size() == rows.size());
  for (std::size_t n = 1; n < rows.size(); ++n) {
    REQUIRE(forwards[n].starts_with(rows[n] + ","));
    REQUIRE(backwards[n].ends_with("," + rows[n]));
  }
}

TEST_CASE("fm-sample: pairs on the path of every scheduler start in the source itself") {
  const Folder folder;
  const std::string exact =
      "fm-sample --exact '" + data_file("faithful.csv") + "' -n 20 --as-pairs --scheduler ";
  const auto wanted = rows_of(shell(folder, exact + "cond-ot").out);
  for (const char* scheduler : {"polynomial", "vp", "linear-vp", "cosine", "lipman", "ve"}) {
    CAPTURE(scheduler);
    const Result result = shell(folder, exact + scheduler);
    REQUIRE_MESSAGE(result.code == 0, result.err);
    const auto pairs = rows_of(result.out);
    REQUIRE(pairs.size() == wanted.size());
    for (std::size_t n = 0; n < pairs.size(); ++n)
      for (std::size_t d = 0; d < 2; ++d)
        CHECK(pairs[n][d] == doctest::Approx(wanted[n][d]).epsilon(1e-9));  // there and back costs some bits
  }
}

TEST_CASE("fm-sample: pairs of a part of the way are refused") {
  const Folder folder;
  make_model(folder);
  const Result result = shell(folder, "fm-sample -m m.safetensors -n 5 --as-pairs --times 0:0.5");
  CHECK(result.code == 2);
  CHECK(contains(result.err, "[pairs-times]"));
}

TEST_CASE("fm-train: from pairs whose sources are normal draws it makes a model that draws") {
  const Folder folder;
  make_model(folder);
  REQUIRE(shell(folder, "fm-sample -m m.safetensors -n 500 --as-pairs -o pairs.csv").code == 0);
  const Result trained = shell(folder, "fm-train --pairs pairs.csv --source normal -o r" + brief);
  REQUIRE_MESSAGE(trained.code == 0, trained.err);
  CHECK(lines_of(shell(folder, "fm-sample -m r -n 7").out).size() == 8);
  // Pairs are not independent: the score stays unknown.
  CHECK(contains(shell(folder, "fm-sample -m r -n 7 --sde").err, "[score-unknown]"));
}

TEST_CASE("fm-train: one reflow makes one Euler step as good as many" * doctest::test_suite("slow")) {
  const Folder folder;
  REQUIRE(
      shell(folder, "fm-train '" + data_file("moons.csv") +
                        "' --coupling independent -o bent && fm-sample -m bent -n 20k --as-pairs | fm-train "
                        "--pairs - --source normal -o straight")
          .code == 0);
  const auto distance = [&](const std::string& model, const std::string& solver) {
    const Result result =
        shell(folder, "fm-sample -m " + model + " -n 2000 --solver " + solver +
                          " | fm-eval -f json --metric w2 -r '" + data_file("moons-test.csv") + "'");
    REQUIRE_MESSAGE(result.code == 0, result.err);
    return fm::Json::parse(result.out)["w2"]["value"].get<double>();
  };
  const double tight = distance("bent", "dopri5");
  MESSAGE("dopri5 ", tight, ", one step before ", distance("bent", "euler:steps=1"), ", after ",
          distance("straight", "euler:steps=1"));
  CHECK(distance("straight", "euler:steps=1") < 1.5 * tight);
  CHECK(distance("bent", "euler:steps=1") > 5 * tight);
}
