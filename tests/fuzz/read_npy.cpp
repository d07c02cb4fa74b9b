#include "fuzz/promises.h"
#include "fuzz/readers.h"
#include "fuzz/tables.h"

void fm::fuzz::read_npy(std::string_view bytes) {
  check_table(bytes, {});
  ReadOptions options;
  options.missing = MissingPolicy::drop;  // rows with a NaN
  check_table(bytes, options);
}
