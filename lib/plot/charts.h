// The kinds of pictures: what each makes of its table.
#pragma once

#include <array>
#include <string>
#include <utility>
#include <vector>

#include "plot/cloud.h"
#include "plot/picture.h"

namespace fm {

enum class PlotKind { automatic, scatter, density, paths, field, marginals, pairs, curves, solvers };
constexpr auto enum_names(PlotKind) {
  using enum PlotKind;
  return std::array{
      std::pair{automatic, "auto"}, std::pair{scatter, "scatter"}, std::pair{density, "density"},
      std::pair{paths, "paths"},    std::pair{field, "field"},     std::pair{marginals, "marginals"},
      std::pair{pairs, "pairs"},    std::pair{curves, "curves"},   std::pair{solvers, "solvers"}};
}

enum class LogAxes { none, x, y, xy };
constexpr auto enum_names(LogAxes) {
  using enum LogAxes;
  return std::array{std::pair{none, "none"}, std::pair{x, "x"}, std::pair{y, "y"}, std::pair{xy, "xy"}};
}

enum class Aspect { automatic, equal, free };
constexpr auto enum_names(Aspect) {
  using enum Aspect;
  return std::array{std::pair{automatic, "auto"}, std::pair{equal, "equal"}, std::pair{free, "free"}};
}

struct Look {
  std::string title;
  LogAxes log = LogAxes::none;
  Aspect aspect = Aspect::automatic;  ///< auto: equal unless one side is four times the other
  bool animated = false;              ///< frames instead of panels, for kinds that have times
  Index arrows_along = 18;            ///< most arrows of a field along a side of its panel
};

struct Drawing {
  Frames frames;
  std::vector<std::string> notes;  ///< what is not drawn, in words
};

bool has_column(const std::vector<std::string>& columns, const std::string& name);

/// The kind that these columns prove: sample and t: paths. t with density, or with v_A and v_B of columns A
/// and B: field. t or step first: curves. Else by their number: 1 marginals, 2 scatter, 3 to 6 pairs, more
/// marginals.
PlotKind kind_of(const std::vector<std::string>& columns);

/// The columns that are coordinates: not sample, t, v_NAME, x0_NAME, x1_NAME and score_NAME of another column
/// NAME, density, log_density, log_p, residual.
std::vector<std::string> coordinates_of(const std::vector<std::string>& columns);

/// Draws clouds of at least one row together. The columns are
///   scatter, density: two; marginals: 1 to 30; pairs: 2 to 6;
///   paths: sample, t and one coordinate (over t) or two (in the plane); trajectories in the order of t;
///   field: t, two coordinates A and B and density or v_A and v_B; one panel a time; a grid, x first, is one
///     picture of its density, other points show arrows only; at most arrows_along^2 of them a panel;
///   density also: t, A, B and density, a grid;
///   curves: the first over the others.
/// Throws usage errors "plot-columns" (not as above), "plot-clouds" (several where one is drawn), "plot-log"
/// (a kind without such axes), data errors "plot-range", "plot-empty", "plot-log" (no value above 0),
/// "plot-grid".
Drawing draw_clouds(PlotKind kind, const PlotTables& clouds, const Look& look);

/// Curves of their own points, each a cloud (x, y).
Drawing draw_curves(const std::vector<PlotTable>& curves, const std::string& x_label,
                    const std::string& y_label, const Look& look, bool marks);

}  // namespace fm
