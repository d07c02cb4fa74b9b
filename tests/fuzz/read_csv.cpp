#include "fuzz/readers.h"
#include "fuzz/tables.h"

void fm::fuzz::read_csv(std::string_view bytes) {
  with_options(bytes,
               [](const ReadOptions& options, std::string_view table) { check_table(table, options); });
}
