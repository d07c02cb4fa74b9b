// Rows read ahead by several threads: rows, errors, places and counts are those of one thread.
#include "io/rows_ahead.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "core/error.h"
#include "core/parallel.h"
#include "io/reader_files.h"
#include "io/table_reader.h"

using namespace fm;
using namespace fm::test;

namespace {

/// 120 000 rows, 1.4 MiB: many pieces. Each row number in `odd` is followed by `line`.
std::string long_table(const std::vector<int>& odd, const std::string& line) {
  std::string text = "a,b\n";
  std::size_t next = 0;
  for (int row = 0; row < 120000; ++row) {
    text += std::to_string(row) + "," + std::to_string(row % 100) + ".5\n";
    if (next < odd.size() && odd[next] == row) text += line, ++next;
  }
  return text;
}

/// All that can be seen of reading `path` in blocks of `block_rows`: rows, counts, and where each block ends
/// until the error.
std::string seen(const std::string& path, const ReadOptions& options, Index block_rows) {
  std::string text;
  double sum = 0;
  try {
    TableReader reader(path, options);
    Points block;
    while (const Index rows = reader.read(block, block_rows)) {
      for (const double value : block.reshaped()) sum = sum * 0.9999 + value;  // in their order
      text += std::to_string(rows) + " " + std::to_string(reader.summary().rows) + ",";
    }
    const ReadSummary& summary = reader.summary();
    text += " skipped " + std::to_string(summary.skipped) + " dropped " + std::to_string(summary.dropped);
  } catch (const Error& error) {
    for (const Problem& problem : error.problems())
      text += " " + problem.id + " " + problem.message + " " + std::to_string(problem.place.line) + ":" +
              std::to_string(problem.place.column);
  }
  return text + " " + std::to_string(sum);
}

struct Threads {
  explicit Threads(int count) { set_threads(count); }
  ~Threads() { set_threads(1); }
};

void require_same_for_all_threads(const std::string& text, const std::string& options = "") {
  const MemoryFile file(text), packed(gzipped(text));
  for (const Index block_rows : {999, 50000}) {
    const std::string expected = seen(file.name(), parse_options(options), block_rows);
    for (const int threads : {2, 5}) {
      const Threads these(threads);
      CAPTURE(threads);
      CHECK(seen(file.name(), parse_options(options), block_rows) == expected);
      CHECK(seen(packed.name(), parse_options(options), block_rows) == expected);
    }
  }
}

}  // namespace

TEST_CASE("rows ahead: all rows, in their order, for any number of threads") {
  const MemoryFile file(long_table({}, ""));
  const Threads these(3);
  const Points all = read_all(file.name());
  REQUIRE(all.cols() == 120000);
  for (Index row = 0; row < all.cols(); ++row) {
    REQUIRE(all(0, row) == static_cast<double>(row));
    REQUIRE(all(1, row) == static_cast<double>(row % 100) + 0.5);
  }
  require_same_for_all_threads(long_table({}, ""));
}

TEST_CASE("rows ahead: quotes, blank lines and line breaks in quotes are as for one thread") {
  const std::vector<int> odd = {3, 5000, 5001, 5002, 70000, 90000, 119999};
  for (const char* line :
       {"\"1\",\"2\"\n", "\n", "  7 , 8\n", "\"\n1\",2\n", "+1,2\n", "1,2\r\n", "1e999,5\n"})
    require_same_for_all_threads(long_table(odd, line));
}

TEST_CASE("rows ahead: the first problems are at their places for any number of threads") {
  const std::vector<int> odd = {80000, 80001, 110000};
  for (const char* line : {"1,x\n", "1,\n", "1,2,3\n", "1,inf\n", "\"1,2\n"})
    require_same_for_all_threads(long_table(odd, line));
}

TEST_CASE("rows ahead: rows that are dropped or skipped are counted as by one thread, few or many") {
  std::vector<int> many;
  for (int row = 0; row < 120000; row += 1 + row / 1000) many.push_back(row);
  for (const auto& odd : {std::vector<int>{7, 100000}, many}) {
    require_same_for_all_threads(long_table(odd, "1,NA\n"), "missing=drop");
    require_same_for_all_threads(long_table(odd, "1,x\n"), "bad_rows=skip");
    require_same_for_all_threads(long_table(odd, "1,2,3\n"), "bad_rows=skip");
  }
}

TEST_CASE("rows ahead: lines that look like rows inside an open quote are none, however many") {
  std::string inside;
  for (int row = 0; row < 100000; ++row) inside += "1,2,3\n";
  require_same_for_all_threads("a,b,c\n1,2,3\n4,5,\"" + inside + "\"\n6,7,8\n", "exclude=c");
}
