#include "data/pair_table.h"
#include "fuzz/promises.h"
#include "fuzz/readers.h"
#include "fuzz/tables.h"
#include "support/memory_file.h"

void fm::fuzz::read_pair_table(std::string_view bytes) {
  with_options(bytes, [](const ReadOptions& options, std::string_view table) {
    accepted([&] {
      const test::MemoryFile file(table);
      const PairTable pairs = read_pairs(file.name(), options);
      check_finite(pairs.source);
      check_finite(pairs.target);
      require(pairs.source.cols() > 0 && pairs.source.cols() == pairs.target.cols() &&
                  pairs.weights.size() == pairs.target.cols(),
              "pairs have two points and a weight each");
      require((pairs.weights.array() > 0).all() && pairs.weights.allFinite(), "weights are above 0");
    });
  });
}
