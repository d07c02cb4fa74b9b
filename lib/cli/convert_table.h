// fm-data convert: a table in another format, its cells kept as they are.
#pragma once

#include <string>
#include <tuple>

#include "cli/table_input.h"
#include "cli/tool.h"
#include "io/table_options.h"
#include "io/table_reader.h"

namespace fm {

struct ConvertOptions : TableInput, ReadOptions, RunOptions {
  TableFormat format = TableFormat::automatic;

  static constexpr auto fields() {
    using O = ConvertOptions;
    return std::tuple_cat(
        TableInput::fields(), ReadOptions::fields(),
        std::tuple{field("format", &O::format, "format of the output (auto: by its name, else csv)")
                       .flag('f')
                       .in("Output")},
        RunOptions::fields());
  }
};

/// Writes the table row by row, in constant memory. Throws what RowReader does, data error "cell-encoding"
/// and usage error "column-name" for what JSON cannot hold, and data error "nul-byte" for what delimited text
/// cannot.
int convert_table(ConvertOptions& options, Session& session);

/// Notes what became of the rows.
void tell_converted(const ReadSummary& summary, Session& session);

/// What it is, for its help.
Tool convert_tool();

}  // namespace fm
