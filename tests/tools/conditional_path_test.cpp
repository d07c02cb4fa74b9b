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

TEST_CASE("fm-path --conditional --pairs: lines between given pairs by weight, their velocity and density") {
  const Folder folder;
  write_text(folder / "plan.csv",
             "source_x,source_y,target_x,target_y,weight\n0,0,4,1,1\n0,9,4,12,3\n5,5,5,5,0\n");
  const std::string command =
      "fm-path --conditional --pairs plan.csv --jitter 0.5 --standardize none -n 400 --columns-out v,log_p "
      "--times 0,0.25,1";
  const Result result = shell(folder, command);
  REQUIRE_MESSAGE(result.code == 0, result.err);
  CHECK(lines_of(result.out).front() == "sample,t,x,y,v_x,v_y,log_p");
  const auto rows = rows_of(result.out);
  REQUIRE(rows.size() == 3 * 400);
  int second = 0;
  double squares = 0;
  for (std::size_t n = 0; n < 400; ++n) {
    const bool is_second = rows[3 * n][3] > 4.5;
    second += is_second;
    const double from_y = is_second ? 9 : 0, to_y = is_second ? 12 : 1;
    const double off_x = rows[3 * n][2], off_y = rows[3 * n][3] - from_y,
                 square = off_x * off_x + off_y * off_y;
    squares += square / 800;
    for (std::size_t k = 0; k < 3; ++k) {
      const auto& row = rows[3 * n + k];
      const double t = row[1];
      CHECK(row[2] == doctest::Approx(4 * t + off_x));
      CHECK(row[3] == doctest::Approx(from_y + t * (to_y - from_y) + off_y));
      CHECK(row[4] == 4);
      CHECK(row[5] == to_y - from_y);
      // N(mu_t, 0.25 I): the same at all times.
      CHECK(row[6] == doctest::Approx(-square / (2 * 0.25) - std::log(2 * std::numbers::pi * 0.25)));
    }
  }
  CHECK(std::abs(second - 300) < 44);  // 5 standard deviations of sqrt(400 / 4 * 3 / 4)
  CHECK(std::abs(squares - 0.25) < 5 * 0.25 * std::sqrt(2.0 / 800));
  CHECK(result.out ==
        shell(folder, command + " --shard 1/2").out + shell(folder, command + " --shard 2/2").out);
}

TEST_CASE(
    "fm-path --conditional --pairs: of one pair it is the exact field's trajectory, of many its start") {
  const Folder folder;
  write_text(folder / "one.csv", "source_x,source_y,target_x,target_y\n1,2,4,-7\n");
  for (const char* const scheduler : {"cond-ot", "polynomial:power=2", "cosine"}) {
    CAPTURE(scheduler);
    const std::string command = "fm-path --pairs one.csv -n 20 --jitter 0.3 --times 0:1:0.25 --scheduler " +
                                std::string(scheduler) +
                                " --solver dopri5:rtol=1e-9,atol=1e-9 --columns-out ";
    const auto given = rows_of(output_of(folder, command + "v,log_p --conditional"));
    const auto traced = rows_of(output_of(folder, command + "v,log_density"));
    REQUIRE(given.size() == traced.size());
    for (std::size_t n = 0; n < given.size(); ++n)
      for (std::size_t k = 0; k < given[n].size(); ++k)
        CHECK(std::abs(given[n][k] - traced[n][k]) < 1e-6 * (1 + std::abs(traced[n][k])));
  }
  REQUIRE(shell(folder,
                "fm-data moons -n 40 -o a.csv; fm-data 8gaussians -n 40 -o b.csv; fm-pairs a.csv b.csv "
                "-o many.csv")
              .code == 0);
  const auto given = rows_of(output_of(folder, "fm-path --conditional --pairs many.csv --times 0,1"));
  const auto traced = rows_of(output_of(folder, "fm-path --pairs many.csv --times 0,1"));
  REQUIRE(given.size() == 80);
  for (std::size_t n = 0; n < 80; n += 2)
    for (const std::size_t k : {2u, 3u}) CHECK(given[n][k] == doctest::Approx(traced[n][k]).epsilon(1e-12));
}

TEST_CASE("fm-path --conditional --pairs: what does not go with pairs is said") {
  const Folder folder;
  write_text(folder / "plan.csv", "source_x,target_x\n1,2\n3,5\n");
  write_text(folder / "d.csv", "x\n1\n3\n");
  const std::string command = "fm-path --conditional --pairs plan.csv ";
  check_error(shell(folder, command + "--exact d.csv"), 2, "conditional-exact", "--pairs FILE");
  check_error(shell(folder, command + "d.csv"), 2, "conditional-exact");
  check_error(shell(folder, command + "--path adaptive"), 2, "exact-only");
  check_error(shell(folder, command + "--weight x"), 2, "exact-only");
  check_error(shell(folder, command + "--columns-out score"), 2, "conditional-columns");
  check_error(shell(folder, "fm-path --conditional --exact d.csv --jitter 0.1"), 2, "pairs-only");
  CHECK(rows_of(output_of(folder, "fm-path --conditional --pairs - < plan.csv")).size() == 2 * 21);
}
