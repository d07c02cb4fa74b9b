// fm-data stats: the numbers of a table, column by column.
#pragma once

#include <string>
#include <tuple>

#include "cli/result_format.h"
#include "cli/table_input.h"
#include "cli/tool.h"
#include "io/table_options.h"

namespace fm {

struct StatisticsOptions : TableInput, ReadOptions, RunOptions {
  bool correlation = false;
  ResultFormat format = ResultFormat::automatic;

  static constexpr auto fields() {
    using O = StatisticsOptions;
    constexpr auto group = "Table";
    return std::tuple_cat(
        TableInput::fields(),
        std::tuple{field("correlation", &O::correlation,
                         "also Pearson's correlations of the columns of numbers, over the rows where all of "
                         "them have one")
                       .in(group)},
        ReadOptions::fields(),
        std::tuple{field("format", &O::format,
                         "format of the result (auto: csv into a file of that name, table on a terminal, "
                         "else json)")
                       .flag('f')
                       .in("Output")},
        RunOptions::fields());
  }
};

/// Writes them. Throws what RowReader does, and data error "no-rows".
int table_statistics(StatisticsOptions& options, Session& session);

/// What it is, for its help.
Tool statistics_tool();

}  // namespace fm
