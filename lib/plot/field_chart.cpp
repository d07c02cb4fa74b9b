#include "plot/field_chart.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>
#include <utility>
#include <vector>

#include "core/error.h"
#include "plot/axes.h"
#include "plot/frames.h"

namespace fm {

namespace {

constexpr std::size_t most_panels = 6;

/// Places of the columns; -1 for none.
struct FieldColumns {
  Index t, x, y, density, vx, vy;
};

FieldColumns find_columns(const PlotTables& clouds) {
  const auto plane = coordinates_of(clouds.columns);
  FieldColumns columns{clouds.find("t"), -1, -1, clouds.find("density"), -1, -1};
  if (plane.size() == 2) {
    columns.x = clouds.find(plane[0]);
    columns.y = clouds.find(plane[1]);
    columns.vx = clouds.find("v_" + plane[0]);
    columns.vy = clouds.find("v_" + plane[1]);
  }
  const bool arrows = columns.vx >= 0 && columns.vy >= 0;
  if (columns.t < 0 || plane.size() != 2 || (!arrows && columns.density < 0))
    throw usage_error(
        "plot-columns",
        "a field is drawn from the columns t, two coordinates A and B, and density or v_A and v_B",
        "fm-grid writes them, and fm-path with --columns-out v; choose A and B with -c");
  return columns;
}

/// The cells along x of rows of equal y; nullopt if the rows are no such grid.
std::optional<Index> grid_columns(const Points& at, const FieldColumns& columns) {
  Index across = 1;
  while (across < at.cols() && at(columns.y, across) == at(columns.y, 0)) ++across;
  if (across < 2 || at.cols() % across != 0 || at.cols() / across < 2) return std::nullopt;
  for (Index n = 0; n < at.cols(); ++n)
    if (at(columns.x, n) != at(columns.x, n % across) || at(columns.y, n) != at(columns.y, n - n % across))
      return std::nullopt;
  return at(columns.x, 1) > at(columns.x, 0) && at(columns.y, across) > at(columns.y, 0)
             ? std::optional(across)
             : std::nullopt;
}

Heat heat_of(const Points& at, const FieldColumns& columns, Index across) {
  Heat heat{across, at.cols() / across, at.row(columns.density).transpose(), {}, {}};
  const Index last = at.cols() - 1;
  const Index axis[2] = {columns.x, columns.y};
  const Index cells[2] = {heat.columns, heat.rows};
  for (int d = 0; d < 2; ++d) {  // the rows are centres of cells
    const double first = at(axis[d], 0), end = at(axis[d], last);
    const double half = (end - first) / static_cast<double>(cells[d] - 1) / 2;
    heat.low[d] = first - half;
    heat.high[d] = end + half;
  }
  return heat;
}

/// Rows that get an arrow: of a grid every so many in both directions, else evenly many of them.
std::vector<Index> arrow_rows(const Points& at, std::optional<Index> across, Index along) {
  std::vector<Index> rows;
  if (!across) {
    const Index most_arrows = along * along;
    const Index stride = std::max<Index>(1, (at.cols() + most_arrows - 1) / most_arrows);
    for (Index n = 0; n < at.cols(); n += stride) rows.push_back(n);
    return rows;
  }
  const Index down = at.cols() / *across;
  const Index step = std::max<Index>(1, (std::max(*across, down) + along - 1) / along);
  for (Index r = step / 2; r < down; r += step)
    for (Index c = step / 2; c < *across; c += step) rows.push_back(r * *across + c);
  return rows;
}

/// Arrows in the units of the axes' lengths, so that a column of large numbers does not outshine the other;
/// the direction on the paper is that of the motion on the paper.
Arrows arrows_of(const Points& at, const FieldColumns& columns, std::optional<Index> across,
                 const Panel& panel, Index along) {
  const auto rows = arrow_rows(at, across, along);
  Arrows arrows{at({columns.x, columns.y}, rows), at({columns.vx, columns.vy}, rows), {}};
  const double length[2] = {panel.x.high - panel.x.low, panel.y.high - panel.y.low};
  double longest = 0;
  for (Index n = 0; n < arrows.by.cols(); ++n)
    longest = std::max(longest, std::hypot(arrows.by(0, n) / length[0], arrows.by(1, n) / length[1]));
  if (longest > 0) arrows.by *= 1.2 / static_cast<double>(along) / longest;
  arrows.colour = across && columns.density >= 0 ? Colour{255, 255, 255} : series_colour(0);
  return arrows;
}

/// The rows by their y and then x, where a density lies on a grid of them; else as they are.
Points row_by_row(const Points& rows, const FieldColumns& columns) {
  if (columns.density < 0) return rows;
  std::vector<Index> order(static_cast<std::size_t>(rows.cols()));
  std::iota(order.begin(), order.end(), Index{0});
  const auto place = [&](Index n) { return std::pair(rows(columns.y, n), rows(columns.x, n)); };
  std::stable_sort(order.begin(), order.end(), [&](Index a, Index b) { return place(a) < place(b); });
  return rows(Eigen::all, order);
}

/// The rows of each time, in order.
std::vector<Points> by_time(const Points& unordered, const FieldColumns& columns) {
  const Index t = columns.t;
  const Points rows = row_by_row(unordered, columns);
  std::vector<double> times(rows.row(t).begin(), rows.row(t).end());
  std::sort(times.begin(), times.end());
  times.erase(std::unique(times.begin(), times.end()), times.end());
  std::vector<std::vector<Index>> places(times.size());
  for (Index n = 0; n < rows.cols(); ++n)
    places[static_cast<std::size_t>(std::lower_bound(times.begin(), times.end(), rows(t, n)) - times.begin())]
        .push_back(n);
  std::vector<Points> out;
  for (const auto& place : places) out.emplace_back(rows(Eigen::all, place));
  return out;
}

Panel field_panel(const Points& at, const Extent& extent, const PlotTables& clouds,
                  const FieldColumns& columns, const Look& look, bool arrows) {
  const auto across = grid_columns(at, columns);
  Panel panel;
  panel.title = "t = " + time_text(at(columns.t, 0));
  const auto name = [&](Index column) { return clouds.columns[static_cast<std::size_t>(column)]; };
  set_axes(panel, extent, name(columns.x), name(columns.y), look);
  if (columns.density >= 0) {
    if (!across)
      throw data_error("plot-grid",
                       "the rows of t = " + time_text(at(columns.t, 0)) + " are no grid of cells",
                       {clouds.clouds.front().name}, "fm-grid writes grids; rows drawn at random are none");
    Heat heat = heat_of(at, columns, *across);
    panel.x.low = heat.low[0], panel.x.high = heat.high[0];
    panel.y.low = heat.low[1], panel.y.high = heat.high[1];
    panel.layers.emplace_back(std::move(heat));
  }
  panel.equal = equal_axes(panel, look);
  if (arrows && columns.vx >= 0 && columns.vy >= 0)
    panel.layers.emplace_back(arrows_of(at, columns, across, panel, look.arrows_along));
  return panel;
}

}  // namespace

Drawing draw_field(const PlotTables& clouds, const Look& look, bool arrows) {
  if (clouds.clouds.size() > 1)
    throw usage_error("plot-clouds", "field shows one table at a time", "draw the tables one by one");
  const FieldColumns columns = find_columns(clouds);
  const Points& rows = clouds.clouds.front().rows;
  const std::vector<Points> times = by_time(rows, columns);
  const std::vector<Points> drawn = some_of(times, look.animated ? most_frames : most_panels);
  Extent extent;
  extent.add(rows({columns.x, columns.y}, Eigen::all));
  Drawing drawing;
  std::vector<Panel> panels;
  for (const Points& at : drawn) panels.push_back(field_panel(at, extent, clouds, columns, look, arrows));
  if (drawn.size() < times.size())
    drawing.notes.push_back(std::to_string(drawn.size()) + " of " + std::to_string(times.size()) +
                            " times are drawn; --given t=T chooses one");
  if (look.animated)
    for (Panel& panel : panels) drawing.frames.push_back({look.title, 1, {std::move(panel)}});
  else
    drawing.frames.push_back({look.title, std::min<std::size_t>(drawn.size(), 3), std::move(panels)});
  return drawing;
}

}  // namespace fm
