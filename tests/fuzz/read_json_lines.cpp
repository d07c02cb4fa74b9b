#include "fuzz/readers.h"
#include "fuzz/tables.h"

void fm::fuzz::read_json_lines(std::string_view bytes) {
  with_options(bytes, [](ReadOptions options, std::string_view table) {
    options.input_format = TableFormat::jsonl;
    check_table(table, options);
  });
}
