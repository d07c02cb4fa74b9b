// The exact field between two clouds, fm-sample and fm-path --pairs.
#include <cmath>
#include <numbers>
#include <vector>

#include "tools/support.h"

using namespace fm::test;

namespace {

std::vector<std::vector<double>> table_of(const Folder& folder, const std::string& command) {
  return rows_of(output_of(folder, command));
}

/// Two pairs that keep apart, of weights 1 and 3, and one that carries nothing.
void make_pairs(const Folder& folder) {
  write_text(folder / "plan.csv",
             "source_x,source_y,target_x,target_y,weight\n0,0,4,1,1\n0,9,4,12,3\n5,5,5,5,0\n");
  write_text(folder / "source.csv", "x,y\n0,0\n0,9\n");
}

}  // namespace

TEST_CASE("exact pairs: a source point goes to its partner, and one beside it to beside it") {
  const Folder folder;
  make_pairs(folder);
  const std::string command = "fm-sample --pairs plan.csv --jitter 0.5 --standardize none ";
  const auto ends = table_of(folder, command + "source.csv");
  REQUIRE(ends.size() == 2);
  for (const auto& [n, x, y] : {std::tuple{0u, 4.0, 1.0}, std::tuple{1u, 4.0, 12.0}}) {
    CHECK(std::abs(ends[n][0] - x) < 1e-6);
    CHECK(std::abs(ends[n][1] - y) < 1e-6);
  }
  const auto beside = table_of(folder, "printf 'x,y\\n0.3,-0.2\\n' | " + command + "-");
  CHECK(std::abs(beside[0][0] - 4.3) < 1e-6);
  CHECK(std::abs(beside[0][1] - 0.8) < 1e-6);
}

TEST_CASE("exact pairs: draws come from the sources by weight with noise, and end in the targets so") {
  const Folder folder;
  make_pairs(folder);
  const std::string command = "fm-path --pairs plan.csv --jitter 0.5 --standardize none -n 2000 --times 0,1";
  const auto rows = table_of(folder, command);
  REQUIRE(rows.size() == 4000);
  int second = 0;
  double squares[2] = {0, 0};
  for (std::size_t n = 0; n < 4000; n += 2) {
    const bool is_second = rows[n][3] > 4.5;
    second += is_second;
    const double x0 = rows[n][2], y0 = rows[n][3] - (is_second ? 9 : 0);
    const double x1 = rows[n + 1][2] - 4, y1 = rows[n + 1][3] - (is_second ? 12 : 1);
    squares[0] += (x0 * x0 + y0 * y0) / 4000;
    squares[1] += (x1 * x1 + y1 * y1) / 4000;
  }
  // Within 5 standard errors: of a share of .75, and of a variance of .25 by 4000 numbers.
  CHECK(std::abs(second - 1500) < 5 * std::sqrt(2000 * 0.75 * 0.25));
  for (const double square : squares) CHECK(std::abs(square - 0.25) < 5 * 0.25 * std::sqrt(2.0 / 4000));
  CHECK(shell(folder, command + " -j 1").out == shell(folder, command + " -j 3").out);
  CHECK(shell(folder, command).out ==
        shell(folder, command + " --shard 1/2").out + shell(folder, command + " --shard 2/2").out);
  // As many as there are pairs with weight, unless told.
  CHECK(table_of(folder, "fm-sample --pairs plan.csv").size() == 2);
}

TEST_CASE("exact pairs: density and velocity on the way are those of normal laws around the pairs' lines") {
  const Folder folder;
  make_pairs(folder);
  const auto rows =
      table_of(folder,
               "fm-path --pairs plan.csv --jitter 0.7 --standardize none -n 20 --times 0:1:0.25 "
               "--columns-out v,log_density,x1");
  for (const auto& row : rows) {
    const double t = row[1], x = row[2], y = row[3];
    const auto part = [&](double weight, double y0, double y1) {
      const double square = std::pow(x - 4 * t, 2) + std::pow(y - (1 - t) * y0 - t * y1, 2);
      return weight * std::exp(-square / (2 * 0.49)) / (2 * std::numbers::pi * 0.49);
    };
    const double first = part(0.25, 0, 1), second = part(0.75, 9, 12), share = second / (first + second);
    CHECK(std::abs(row[8] - std::log(first + second)) < 1e-9);
    CHECK(std::abs(row[4] - 4) < 1e-9);
    CHECK(std::abs(row[5] - (1 + 2 * share)) < 1e-9);
    CHECK(std::abs(row[7] - (1 + 11 * share)) < 1e-9);
  }
}

TEST_CASE("exact pairs: a plan of fm-pairs through the pipe leads one cloud into the other") {
  const Folder folder;
  REQUIRE(shell(folder, "fm-data moons -n 100 -o a.csv; fm-data 8gaussians -n 100 -o b.csv").code == 0);
  const Result sample = shell(
      folder, "fm-pairs a.csv b.csv | fm-sample --pairs - --jitter 0.01 a.csv --standardize none -o c.csv");
  REQUIRE_MESSAGE(sample.code == 0, sample.err);
  CHECK(lines_of(read_text(folder / "c.csv")).front() == "x,y");
  // Paths of an optimal plan do not cross, and a noise far below the points' distances confuses few.
  const auto plan = table_of(folder, "fm-pairs a.csv b.csv"), ends = table_of(folder, "cat c.csv");
  int arrived = 0;
  for (std::size_t n = 0; n < 100; ++n)
    arrived += std::hypot(ends[n][0] - plan[n][2], ends[n][1] - plan[n][3]) < 0.1;
  CHECK(arrived > 80);
}

TEST_CASE("exact pairs: what does not go together is said") {
  const Folder folder;
  make_pairs(folder);
  const auto fails = [&](const std::string& command, int code, const std::string& id) {
    CAPTURE(command);
    check_error(shell(folder, command), code, id);
  };
  fails("fm-sample --pairs plan.csv --exact source.csv", 2, "two-fields");
  fails("fm-sample --exact source.csv --jitter 0.1", 2, "pairs-only");
  fails("fm-sample --pairs plan.csv --jitter 0", 2, "option-range");
  fails("fm-sample --pairs plan.csv --sde", 2, "sde-pairs");
  fails("fm-sample --pairs plan.csv --log-density", 2, "source-density");
  fails("fm-path --pairs plan.csv --exact source.csv --conditional", 2, "conditional-exact");
  fails("fm-sample --pairs source.csv", 3, "pair-columns");
}
