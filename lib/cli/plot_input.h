// The inputs of a picture: which kind they prove, and what is read of them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/tool.h"
#include "io/table_options.h"
#include "plot/charts.h"
#include "plot/cloud.h"

namespace fm {

struct PlotRequest {
  std::vector<std::string> files;
  PlotKind kind = PlotKind::automatic;
  std::vector<Given> given;
  std::optional<std::int64_t> most;  ///< rows, or trajectories; by kind if it is not said
};

/// What is read: a table's columns, or curves of their own points.
struct PlotInput {
  PlotKind kind = PlotKind::automatic;
  PlotTables clouds;               ///< empty for curves of their own
  std::vector<PlotTable> curves;   ///< of training logs and solvers
  std::vector<std::string> notes;  ///< what of the tables is not drawn, for people
};

/// Reads all files as the first one is read: later tables have its columns. Says on standard error what was
/// left out. Throws usage error "plot-mixture" for files of different contents, "given-log" for --given on a
/// training log.
PlotInput read_plot(const PlotRequest& request, const ReadOptions& reading, Session& session);

/// "COL=VALUE". Throws usage error "given".
Given parse_given(const std::string& text);

}  // namespace fm
