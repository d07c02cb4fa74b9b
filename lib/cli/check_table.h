// fm-data check: what a table holds, how it is read, and what fm-train would make of it.
#pragma once

#include <string>
#include <tuple>

#include "cli/result_format.h"
#include "cli/table_input.h"
#include "cli/tool.h"
#include "io/table_options.h"

namespace fm {

struct CheckOptions : TableInput, ReadOptions, RunOptions {
  std::string condition;
  std::string weight;
  ResultFormat format = ResultFormat::automatic;

  static constexpr auto fields() {
    using O = CheckOptions;
    constexpr auto group = "Table";
    return std::tuple_cat(
        TableInput::fields(),
        std::tuple{field("condition", &O::condition, "columns that fm-train is to learn the others given")
                       .shown_as("LIST")
                       .in(group),
                   field("weight", &O::weight, "column of the rows' weights").shown_as("COL").in(group)},
        ReadOptions::fields(),
        std::tuple{
            field("format", &O::format, "table: for people; json; auto: table on a terminal, else json")
                .flag('f')
                .in("Output")},
        RunOptions::fields());
  }
};

/// Writes what is found and returns exit_done if fm-train would train on the table with these options, else
/// exit_answer_no: where the data are at fault (errors of data, numbers and limits). Throws the others, of
/// options and of files that cannot be read, and usage error "check-format" for CSV.
int check_table(CheckOptions& options, Session& session);

/// What it is, for its help.
Tool check_tool();

}  // namespace fm
