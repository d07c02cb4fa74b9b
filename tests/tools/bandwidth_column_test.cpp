// --path adaptive:column=COL: bandwidths from a column of the table, in every program that knows paths.
#include <cmath>
#include <string>

#include "tools/support.h"

using namespace fm::test;

namespace {

/// d.csv and, with the bandwidths that it has under neighbors=1 as a column, h.csv: rows on the diagonal,
/// whose distance over the root of two is that of one coordinate.
void make_rows(const Folder& folder) {
  write_text(folder / "d.csv", "x,y\n0,0\n1,1\n3,3\n8,8\n");
  write_text(folder / "h.csv", "x,h,y\n0,1,0\n1,1,1\n3,2,3\n8,5,8\n");
  write_text(folder / "s.csv", "x,y\n-2,-1\n0.5,0\n6,7\n30,30\n");
}

}  // namespace

TEST_CASE("--path adaptive:column: numbers that neighbors would give change no byte, in every program") {
  const Folder folder;
  make_rows(folder);
  for (const char* const command :
       {"fm-sample -n 50 --standardize none", "fm-sample -n 50 --sde --standardize none",
        "fm-path -n 5 --columns-out v,score,log_density --standardize none",
        "fm-path -n 5 --conditional --columns-out v,log_p --standardize none",
        "fm-eval s.csv --per-row -f csv --standardize none", "fm-loss -n 500 --standardize none",
        "fm-grid --times 0,1 --sums --cells 40 --standardize none",
        "fm-energy -n 50 --rows 50 --repeats 2 --standardize none"}) {
    const std::string near = std::string(command) + " --exact d.csv --path adaptive:neighbors=1,scale=0.5",
                      column = std::string(command) + " --exact h.csv --path adaptive:scale=0.5,column=h";
    CAPTURE(command);
    CHECK(output_of(folder, near) == output_of(folder, column));
    CHECK(output_of(folder, near) != output_of(folder, std::string(command) + " --exact h.csv -x h --path "
                                                                              "adaptive:neighbors=2"));
  }
}

TEST_CASE("--path adaptive:column: bandwidths are deviations in coordinates, times the scale") {
  const Folder folder;
  // Deviations 1 and 10 of two rows: coordinates are data units in tenths of y.
  write_text(folder / "d.csv", "x,y,h\n1,20,0.01\n3,40,0.01\n");
  double squares[2] = {0, 0};
  for (const auto& row : rows_of(output_of(
           folder, "fm-sample --exact d.csv -n 400 --path adaptive:column=3,scale=2 --header yes"))) {
    const bool first = row[0] < 2;
    squares[0] += std::pow(row[0] - (first ? 1 : 3), 2) / 400;
    squares[1] += std::pow(row[1] - (first ? 20 : 40), 2) / 400;
  }
  // Five standard errors of a mean of 400 squares: 5 sqrt(2/400) = 35 %.
  CHECK(squares[0] == doctest::Approx(0.02 * 0.02).epsilon(0.35));
  CHECK(squares[1] == doctest::Approx(0.2 * 0.2).epsilon(0.35));
}

TEST_CASE(
    "fm-train --path adaptive:column: learns as by equal neighbors, and a model finds the column again") {
  const Folder folder;
  make_rows(folder);
  const std::string rest = " --coupling independent --standardize none --floor --report r.json" + brief;
  REQUIRE(shell(folder, "fm-train d.csv --path adaptive:neighbors=1 -o near.safetensors" + rest).code == 0);
  const Result trained = shell(folder, "fm-train h.csv --path adaptive:column=h -o m.safetensors" + rest);
  REQUIRE_MESSAGE(trained.code == 0, trained.err);
  CHECK(output_of(folder, "fm-sample -m near.safetensors -n 50") ==
        output_of(folder, "fm-sample -m m.safetensors -n 50"));
  CHECK(output_of(folder, "fm-loss -m near.safetensors --exact d.csv -n 500") ==
        output_of(folder, "fm-loss -m m.safetensors --exact h.csv -n 500"));
  check_error(shell(folder, "fm-loss -m m.safetensors --exact d.csv -n 500"), 3, "missing-column", "\"h\"");
  CHECK(shell(folder,
              "fm-train h.csv --validation-file h.csv --path adaptive:column=h -o v.safetensors "
              "--coupling independent" +
                  brief)
            .code == 0);
  check_error(shell(folder,
                    "fm-train h.csv --validation-file d.csv --path adaptive:column=h -o v.safetensors "
                    "--coupling independent" +
                        brief),
              3, "missing-column", "d.csv");
}

TEST_CASE("--path adaptive:column: bad numbers are named with file, line and column, in every program") {
  const Folder folder;
  const auto refuses = [&](const std::string& cell, const std::string& id) {
    write_text(folder / "b.csv", "h,x,y\n1,0,1\n" + cell + ",1,2\n2,3,5\n");
    for (const char* const command :
         {"fm-train b.csv --coupling independent -o m.safetensors", "fm-sample --exact b.csv",
          "fm-path --exact b.csv --conditional", "fm-eval b.csv --exact b.csv", "fm-loss --exact b.csv",
          "fm-grid --exact b.csv", "fm-energy --exact b.csv"}) {
      CAPTURE(command);
      const Result result = shell(folder, std::string(command) + " --path adaptive:column=h");
      check_error(result, 3, id, "b.csv:3:1");
    }
  };
  refuses("0", "bandwidth-range");
  refuses("-1", "bandwidth-range");
  refuses("NA", "missing-cell");
  refuses("inf", "non-finite");
}

TEST_CASE("--path adaptive:column: neighbors beside it, or a column that serves otherwise, is refused") {
  const Folder folder;
  make_rows(folder);
  for (const char* const command :
       {"fm-train h.csv --coupling independent -o m.safetensors", "fm-sample --exact h.csv",
        "fm-path --exact h.csv --conditional", "fm-eval s.csv --exact h.csv", "fm-loss --exact h.csv"}) {
    CAPTURE(command);
    check_error(shell(folder, std::string(command) + " --path adaptive:neighbors=3,column=h"), 2,
                "bandwidth-twice", "leave one of them out");
  }
  const std::string exact = "fm-sample --exact h.csv --path adaptive:column=";
  check_error(shell(folder, exact + "g"), 3, "missing-column", "the columns are: ");
  check_error(shell(folder, exact + "h -c h,x"), 2, "bandwidth-selected", "take it out of -c");
  check_error(shell(folder, exact + "h --weight h"), 2, "bandwidth-weight");
}
