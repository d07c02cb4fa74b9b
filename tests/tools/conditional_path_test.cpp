// fm-path --conditional.
#include <cmath>
#include <numbers>
#include <vector>

#include "tools/support.h"

using namespace fm::test;

TEST_CASE(
    "fm-path --conditional: straight lines from the source's draws to rows, with velocity and density") {
  const Folder folder;
  const Result result =
      shell(folder,
            "printf 'x,y\\n1,2\\n3,5\\n' > d.csv; fm-path --exact d.csv --standardize none -n 40 "
            "--conditional --columns-out v,log_p --times 0:0.75:0.25");
  REQUIRE_MESSAGE(result.code == 0, result.err);
  const auto lines = lines_of(result.out);
  CHECK(lines.front() == "sample,t,x,y,v_x,v_y,log_p");
  REQUIRE(lines.size() == 1 + 4 * 40);
  int first = 0;
  for (std::size_t n = 0; n < 40; ++n) {
    const auto start = numbers_of(lines[1 + 4 * n]);
    const double x1 = start[2] + start[4], y1 = start[3] + start[5];  // where its velocity leads to
    const bool is_first = std::abs(x1 - 1) < 1e-12 && std::abs(y1 - 2) < 1e-12;
    CHECK((is_first || (std::abs(x1 - 3) < 1e-12 && std::abs(y1 - 5) < 1e-12)));
    first += is_first;
    for (std::size_t k = 0; k < 4; ++k) {
      const auto row = numbers_of(lines[1 + 4 * n + k]);
      const double t = 0.25 * static_cast<double>(k), sigma = 1 - t;
      CHECK(row[0] == static_cast<double>(n));
      CHECK(row[1] == t);
      CHECK(row[2] == doctest::Approx(start[2] + t * start[4]));
      CHECK(row[5] == doctest::Approx(start[5]));
      const double square = std::pow(row[2] - t * x1, 2) + std::pow(row[3] - t * y1, 2);
      CHECK(row[6] ==
            doctest::Approx(-square / (2 * sigma * sigma) - std::log(2 * std::numbers::pi * sigma * sigma)));
    }
  }
  CHECK(std::abs(first - 20) < 16);  // 5 standard deviations of a fair draw
}

TEST_CASE("fm-path --conditional: rows are drawn by their weights, which are no coordinate") {
  const Folder folder;
  const Result result = shell(folder,
                              "printf 'x,w\\n0,1\\n5,3\\n7,0\\n' > d.csv; fm-path --exact d.csv --weight w "
                              "--standardize none -n 400 --conditional --times 0,1");
  REQUIRE_MESSAGE(result.code == 0, result.err);
  CHECK(lines_of(result.out).front() == "sample,t,x");
  int heavy = 0;
  for (const auto& row : rows_of(result.out)) {
    if (row[1] == 0) continue;
    const bool is_heavy = std::abs(row[2] - 5) < 1e-12;
    CHECK((is_heavy || std::abs(row[2]) < 1e-12));
    heavy += is_heavy;
  }
  CHECK(std::abs(heavy - 300) < 44);  // 5 standard deviations of sqrt(400 / 4 * 3 / 4)
}

TEST_CASE("fm-path --conditional: densities are of data units, and shards are parts of the whole") {
  const Folder folder;
  // Two rows standardise to -1 and 1, by a scale of 1 and 10: coordinates are data units but for these.
  const std::string command =
      "printf 'x,y\\n1,20\\n3,40\\n' > d.csv; fm-path --exact d.csv -n 6 --conditional --columns-out log_p "
      "--times ";
  const Result result = shell(folder, command + "0");
  CHECK(result.code == 2);  // a path needs two times or more
  const auto lines = lines_of(shell(folder, command + "0,0.5").out);
  REQUIRE(lines.size() == 13);
  const auto row = numbers_of(lines[1]);
  // At t = 0 the law is N((2, 30), diag(1, 100)), whatever x1.
  CHECK(row[4] == doctest::Approx(-std::pow(row[2] - 2, 2) / 2 - std::pow(row[3] - 30, 2) / 200 -
                                  std::log(20 * std::numbers::pi)));
  CHECK(shell(folder, command + "0,0.5").out ==
        shell(folder, command + "0,0.5 --shard 1/2").out + shell(folder, command + "0,0.5 --shard 2/2").out);
}

TEST_CASE("fm-path --conditional: what it needs and where it has no density is said") {
  const Folder folder;
  make_model(folder);
  CHECK(contains(shell(folder, "fm-path -m m.safetensors --conditional").err, "[conditional-exact]"));
  CHECK(contains(shell(folder, "fm-path -m m.safetensors --columns-out log_p").err, "[conditional-density]"));
  CHECK(
      contains(shell(folder,
                     "printf 'x\\n1\\n3\\n' > d.csv; fm-path --exact d.csv --conditional --columns-out log_p "
                     "--times 0:1:0.05")
                   .err,
               "[conditional-density]"));
  CHECK(rows_of(output_of(folder, "fm-path --exact d.csv --conditional")).size() == 2 * 21);
  CHECK(rows_of(output_of(folder, "fm-path --exact d.csv --conditional --columns-out log_p")).size() ==
        2 * 20);
}
