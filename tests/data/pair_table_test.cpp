#include "data/pair_table.h"

#include <doctest/doctest.h>

#include <string>
#include <utility>

#include "support/points.h"
#include "support/process.h"

using namespace fm;

namespace {

PairTable read_text_pairs(const std::string& text, const ReadOptions& options = {}) {
  const test::Folder folder;
  test::write_text(folder / "pairs.csv", text);
  return read_pairs(folder / "pairs.csv", options);
}

std::string error_id(const std::string& text) {
  return error_of([&] { read_text_pairs(text); }).id();
}

}  // namespace

TEST_CASE("pair table: columns are matched by name, in any order") {
  const PairTable pairs =
      read_text_pairs("target_b,source_a,weight,source_b,target_a\n1,2,3,4,5\n6,7,8,9,10\n");
  CHECK(pairs.names == std::vector<std::string>{"a", "b"});
  Points source(2, 2), target(2, 2);
  source << 2.0, 7.0, 4.0, 9.0;
  target << 5.0, 10.0, 1.0, 6.0;
  CHECK(pairs.source == source);
  CHECK(pairs.target == target);
  CHECK(pairs.weights == Eigen::Vector2d(0.375, 1));
}

TEST_CASE("pair table: without a weight column all pairs weigh the same") {
  CHECK(read_text_pairs("source_a,target_a\n1,2\n3,4\n5,6\n").weights == Vector::Ones(3));
}

TEST_CASE("pair table: names of its columns") {
  CHECK(pair_columns({"a", "b"}) == std::vector<std::string>{"source_a", "source_b", "target_a", "target_b"});
}

TEST_CASE("pair table: other columns and bad weights are errors") {
  CHECK(error_id("source_a,target_b\n1,2\n3,4\n") == "pair-columns");
  CHECK(error_id("source_a,target_a,target_b\n1,2,3\n3,4,5\n") == "pair-columns");
  CHECK(error_id("source_a,target_a,more\n1,2,3\n3,4,5\n") == "pair-columns");
  CHECK(error_id("a,b\n1,2\n3,4\n") == "pair-columns");
  CHECK(error_id("1,2\n3,4\n") == "pair-columns");
  CHECK(error_id("source_a,target_a,weight\n1,2,0\n3,4,0\n") == "no-rows");
  // A sum beyond the doubles is none of them.
  CHECK(read_text_pairs("source_a,target_a,weight\n1,2,1e308\n3,4,1e308\n").weights(0) ==
        read_text_pairs("source_a,target_a,weight\n1,2,1e308\n3,4,1e308\n").weights(1));
}

TEST_CASE("pair table: a weight that is none is shown with its line and column") {
  for (const auto& [cell, id] : {std::pair{"-0.5", "negative-weight"},
                                 {"nan", "non-finite"},
                                 {"NaN", "missing-cell"},
                                 {"-inf", "non-finite"},
                                 {"inf", "non-finite"},
                                 {"1e999", "csv-range"},
                                 {"", "missing-cell"}}) {
    CAPTURE(cell);
    const Error error = error_of(
        [&] { read_text_pairs("source_a,target_a,weight\n1,2,1\n3,4," + std::string(cell) + "\n"); });
    CHECK(error.id() == id);
    CHECK(error.problems().front().place.line == 3);
    CHECK(error.problems().front().place.column == 5);
  }
}

TEST_CASE("pair table: pairs of weight 0 are left out, and -c and -x may leave out the weights") {
  const std::string text = "source_a,target_a,weight\n1,2,3\n3,4,0\n5,6,1\n";
  const PairTable weighted = read_text_pairs(text);
  CHECK(weighted.source == Points{{1, 5}});
  CHECK(weighted.target == Points{{2, 6}});
  CHECK(weighted.weights(0) == 3 * weighted.weights(1));
  ReadOptions all, some, without;
  all.columns = "target_a,weight,source_a";
  some.columns = "1-2";
  without.exclude = "weight";
  CHECK(read_text_pairs(text, all).weights == weighted.weights);
  CHECK(read_text_pairs(text, all).source == weighted.source);
  CHECK(read_text_pairs(text, some).weights == Vector::Ones(3));
  CHECK(read_text_pairs(text, without).weights == Vector::Ones(3));
}
