// fm-solvers: the comparison of solvers as a user sees it.
#include <cmath>
#include <sstream>

#include "tools/support.h"

using namespace fm::test;

TEST_CASE("fm-solvers: a table with a row for each solver, whose numbers are those of fm-sample") {
  const Folder folder;
  make_model(folder);
  const std::string list =
      "euler:steps=4,multistep:steps=4,heun:steps=2,grid=cosine,dopri5:rtol=1e-6,atol=1e-6";
  const Result csv = shell(folder, "fm-solvers -m m.safetensors -n 50 -f csv --solvers " + list);
  REQUIRE_MESSAGE(csv.code == 0, csv.err);
  const auto lines = lines_of(csv.out);
  REQUIRE(lines.size() == 5);
  CHECK(lines[0] == "solver,evaluations,evaluations_max,error,seconds");
  CHECK(lines[1].starts_with("\"euler:steps=4,grid=uniform\",4,4,"));
  CHECK(lines[2].starts_with("\"multistep:steps=4,grid=uniform\",4,4,"));
  CHECK(lines[3].starts_with("\"heun:steps=2,grid=cosine\",4,4,"));
  CHECK(lines[4].starts_with("\"dopri5:rtol=1e-06,atol=1e-06,"));
  const auto error = [](const std::string& line) {
    const std::size_t last = line.rfind(','), before = line.rfind(',', last - 1);
    return std::stod(line.substr(before + 1, last - before - 1));
  };
  CHECK(error(lines[4]) < 1e-4);
  CHECK(error(lines[1]) > 10 * error(lines[4]));
  const Result json = shell(folder, "fm-solvers -m m.safetensors -n 50 --solvers " + list);
  CHECK(contains(json.out, "\"points\":50"));
  CHECK(contains(json.out, "\"reference\":\"dopri8:"));
  const Result table = shell(folder, "fm-solvers -m m.safetensors -n 50 -f table --solvers euler:steps=4");
  CHECK(lines_of(table.out).size() == 2);
}

TEST_CASE("fm-solvers: all members without a list, on given points, backwards, on an exact field") {
  const Folder folder;
  make_model(folder);
  const Result menu = shell(folder, "fm-solvers -m m.safetensors -n 20 -f csv");
  CHECK_MESSAGE(menu.code == 0, menu.err);
  CHECK(lines_of(menu.out).size() == 37);  // nine solvers at four costs
  const std::string one = " -f csv --solvers rk4 ";
  CHECK(shell(folder, "fm-solvers -m m.safetensors " + data_file("moons-test.csv") + one + "--times 1:0")
            .code == 0);
  CHECK(shell(folder, "fm-solvers --exact " + data_file("faithful.csv") + one + "-n 10 --times 0:0.9").code ==
        0);
}

TEST_CASE("fm-solvers: errors name the option and what would do") {
  const Folder folder;
  make_model(folder);
  const Result unknown = shell(folder, "fm-solvers -m m.safetensors --solvers ruler");
  CHECK(unknown.code == 2);
  CHECK(contains(unknown.err, "euler"));
  CHECK(shell(folder, "fm-solvers -m m.safetensors --solvers euler:grid=none").code == 2);
  const Result start = shell(folder, "fm-solvers -m m.safetensors --times 1:0 --solvers euler");
  CHECK(start.code == 2);
  CHECK(contains(start.err, "[start-points]"));
}
