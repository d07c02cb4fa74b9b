// fm-data split: a table in a training and a test part.
#pragma once

#include <string>
#include <tuple>

#include "cli/table_input.h"
#include "cli/tool.h"
#include "io/table_options.h"

namespace fm {

struct SplitOptions : TableInput, ReadOptions, RunOptions {
  std::string train;
  std::string test;
  double fraction = 0.2;
  std::string by;

  static constexpr auto fields() {
    using O = SplitOptions;
    constexpr auto group = "Parts";
    return std::tuple_cat(
        TableInput::fields(),
        std::tuple{field("train", &O::train, "where the rows for training go").shown_as("FILE").in(group),
                   field("test", &O::test, "where the rows for the test go").shown_as("FILE").in(group),
                   field("fraction", &O::fraction, "share of the rows for the test",
                         Range{.low = 0, .high = 1, .low_open = true, .high_open = true})
                       .in(group),
                   field("by", &O::by, "column whose values are shared out alike, each rounded to whole rows")
                       .shown_as("COL")
                       .in(group)},
        ReadOptions::fields(), RunOptions::fields());
  }
};

/// Writes both parts. Both are handed to the system in full before either takes its place, so that a full
/// disk leaves neither; if the second then cannot take its place, the first stays. Throws usage errors
/// "split-outputs", "split-whole-rows" and "split-format" (a name's ending is of another format than the
/// rows), and those of split_table().
int split_table(SplitOptions& options, Session& session);

/// What it is, for its help.
Tool split_tool();

}  // namespace fm
