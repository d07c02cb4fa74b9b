#include "fuzz/tables.h"

#include "core/parallel.h"
#include "fuzz/promises.h"
#include "io/table_reader.h"
#include "support/memory_file.h"

namespace fm::fuzz {

namespace {

std::string problems_of(const Error& error) {
  std::string text;
  for (const Problem& problem : error.problems())
    text += problem.id + " " + std::to_string(problem.place.line) + ":" +
            std::to_string(problem.place.column) + " " + problem.message + "\n";
  return text;
}

}  // namespace

Outcome read_table(std::string_view bytes, const ReadOptions& options, int block, int threads) {
  if (fm::threads() != threads) set_threads(threads);
  const test::MemoryFile file(bytes);
  Outcome outcome;
  try {
    TableReader reader(file.name(), options);
    outcome.names = reader.names();
    require(!reader.decisions().empty(), "a reader says what it decided");
    Points rows;
    while (reader.read(rows, block) > 0) {
      check_finite(rows);
      require(rows.rows() == static_cast<Index>(reader.names().size()), "a row has a number a name");
      outcome.values.insert(outcome.values.end(), rows.data(), rows.data() + rows.size());
    }
  } catch (const Error& error) {
    check_error(error);
    outcome.failure = problems_of(error);
  }
  return outcome;
}

void check_table(std::string_view bytes, const ReadOptions& options) {
  const Outcome small = read_table(bytes, options, 3, 1), large = read_table(bytes, options, 1000, 1);
  require(small.names == large.names, "names do not depend on the size of blocks");
  require(small.failure == large.failure, "problems do not depend on the size of blocks");
  if (small.failure.empty())
    require(small.values == large.values, "rows do not depend on the size of blocks");
}

ReadOptions chosen_options(unsigned char choice) {
  ReadOptions options;
  if (choice & 1) options.missing = MissingPolicy::drop;
  if (choice & 2) options.bad_rows = BadRowPolicy::skip;
  if (choice & 4) options.comment = "#";
  if (choice & 8) options.header = choice & 1 ? HeaderPolicy::yes : HeaderPolicy::no;
  if (choice & 16) options.decimal = ",";
  if (choice & 32) options.delimiter = choice & 2 ? "tab" : choice & 4 ? "blank" : ";";
  if (choice & 64) options.columns = "2-,1";
  if (choice & 128) options.input_format = TableFormat::csv;
  return options;
}

}  // namespace fm::fuzz
