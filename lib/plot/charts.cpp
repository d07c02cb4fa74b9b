#include "plot/charts.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/error.h"
#include "core/text.h"
#include "plot/axes.h"
#include "plot/field_chart.h"
#include "plot/path_chart.h"

namespace fm {

bool has_column(const std::vector<std::string>& columns, const std::string& name) {
  return std::find(columns.begin(), columns.end(), name) != columns.end();
}

namespace {

/// Whether `name` was added by a program beside a column that is there.
bool is_added(const std::string& name, const std::vector<std::string>& columns) {
  for (const char* word : {"sample", "t", "density", "log_density", "log_p", "residual"})
    if (name == word) return true;
  for (const std::string prefix : {"v_", "x0_", "x1_", "score_"})
    if (name.starts_with(prefix) && has_column(columns, name.substr(prefix.size()))) return true;
  return false;
}

}  // namespace

std::vector<std::string> coordinates_of(const std::vector<std::string>& columns) {
  std::vector<std::string> coordinates;
  for (const std::string& name : columns)
    if (!is_added(name, columns)) coordinates.push_back(name);
  return coordinates;
}

PlotKind kind_of(const std::vector<std::string>& columns) {
  if (has_column(columns, "t") && has_column(columns, "sample")) return PlotKind::paths;
  if (has_column(columns, "t")) {
    const auto coordinates = coordinates_of(columns);
    const bool arrows = std::all_of(coordinates.begin(), coordinates.end(),
                                    [&](const auto& name) { return has_column(columns, "v_" + name); });
    if (coordinates.size() >= 2 && (arrows || has_column(columns, "density"))) return PlotKind::field;
  }
  if (columns.size() > 1 && (columns.front() == "t" || columns.front() == "step")) return PlotKind::curves;
  if (columns.size() == 2) return PlotKind::scatter;
  return columns.size() >= 3 && columns.size() <= 6 ? PlotKind::pairs : PlotKind::marginals;
}

namespace {

void check_count(const PlotTables& clouds, std::size_t least, std::size_t most, const std::string& kind) {
  const std::size_t count = clouds.columns.size();
  if (count >= least && count <= most) return;
  const std::string wanted =
      least == most ? std::to_string(least) : std::to_string(least) + " to " + std::to_string(most);
  throw usage_error("plot-columns", kind + " is of " + wanted + " columns, not " + std::to_string(count),
                    "choose columns with -c, or another --kind");
}

std::string label_of(const PlotTables& clouds, std::size_t cloud) {
  return clouds.clouds.size() > 1 ? clouds.clouds[cloud].name : "";
}

/// The points (2, N) that the axes can show; says how many are not.
Points shown_points(const Points& points, const Look& look, std::int64_t& hidden) {
  if (look.log == LogAxes::none) return points;
  std::vector<Index> kept;
  for (Index n = 0; n < points.cols(); ++n)
    if ((!log_x(look) || points(0, n) > 0) && (!log_y(look) || points(1, n) > 0)) kept.push_back(n);
  hidden += points.cols() - static_cast<Index>(kept.size());
  return points(Eigen::all, kept);
}

void note_hidden(std::int64_t hidden, Drawing& drawing) {
  if (hidden > 0)
    drawing.notes.push_back(std::to_string(hidden) + (hidden == 1 ? " point is" : " points are") +
                            " not drawn: a logarithmic axis has no place for 0 or less");
}

Extent extent_of(const std::vector<Points>& layers) {
  Extent extent;
  for (const Points& points : layers) extent.add(points);
  return extent;
}

Drawing draw_scatter(const PlotTables& clouds, const Look& look) {
  check_count(clouds, 2, 2, "scatter");
  Drawing drawing;
  Panel panel;
  std::vector<Points> layers;
  std::int64_t hidden = 0;
  for (std::size_t k = 0; k < clouds.clouds.size(); ++k) {
    layers.push_back(shown_points(clouds.clouds[k].rows, look, hidden));
    panel.layers.push_back(Dots{layers.back(), series_colour(k), 1, label_of(clouds, k)});
  }
  set_axes(panel, extent_of(layers), clouds.columns[0], clouds.columns[1], look);
  panel.equal = equal_axes(panel, look);
  note_hidden(hidden, drawing);
  drawing.frames.push_back({look.title, 1, {panel}});
  return drawing;
}

/// Counts of the points over a grid of cells on the panel's axes.
Heat counted(const Panel& panel, const Points& points) {
  constexpr Index most_cells = 80;
  // Some ten points a cell on average over the middle of a cloud, so that counts mean something.
  const auto cells = std::clamp<Index>(static_cast<Index>(std::sqrt(static_cast<double>(points.cols()) / 4)),
                                       12, most_cells);
  Heat heat{
      cells, cells, Vector::Zero(cells * cells), {panel.x.low, panel.y.low}, {panel.x.high, panel.y.high}};
  for (Index n = 0; n < points.cols(); ++n) {
    Index place[2];
    for (int d = 0; d < 2; ++d) {
      const double share = (points(d, n) - heat.low[d]) / (heat.high[d] - heat.low[d]);
      place[d] = std::min(cells - 1, static_cast<Index>(share * static_cast<double>(cells)));
    }
    ++heat.value(place[1] * cells + place[0]);
  }
  return heat;
}

Drawing draw_density(const PlotTables& clouds, const Look& look) {
  check_count(clouds, 2, 2, "density");
  Drawing drawing;
  Picture picture{look.title, clouds.clouds.size(), {}};
  std::vector<Points> layers;
  for (const PlotTable& cloud : clouds.clouds) layers.push_back(cloud.rows);
  for (std::size_t k = 0; k < clouds.clouds.size(); ++k) {
    Panel panel;
    panel.title = label_of(clouds, k);
    set_axes(panel, extent_of(layers), clouds.columns[0], clouds.columns[1], look);
    panel.equal = equal_axes(panel, look);
    panel.layers.push_back(counted(panel, clouds.clouds[k].rows));
    picture.panels.push_back(std::move(panel));
  }
  drawing.frames.push_back(std::move(picture));
  return drawing;
}

/// The values of one column of all clouds.
struct Column {
  double low = std::numeric_limits<double>::infinity(), high = -low;
  Index bins = 10;
};

/// Bins by the rule of Freedman and Diaconis (1981): twice the quartiles' distance by the cube root of N.
Column column_of(const PlotTables& clouds, Index d) {
  Column column;
  for (const PlotTable& cloud : clouds.clouds) {
    std::vector<double> values(static_cast<std::size_t>(cloud.rows.cols()));
    for (std::size_t n = 0; n < values.size(); ++n) values[n] = cloud.rows(d, static_cast<Index>(n));
    std::sort(values.begin(), values.end());
    column.low = std::min(column.low, values.front());
    column.high = std::max(column.high, values.back());
    const double quartiles = values[values.size() * 3 / 4] - values[values.size() / 4];
    const double width = 2 * quartiles / std::cbrt(static_cast<double>(values.size()));
    const double bins = width > 0 ? (values.back() - values.front()) / width : 10;
    column.bins = std::max(column.bins, static_cast<Index>(std::clamp(bins, 10.0, 80.0)));
  }
  return column;
}

/// A histogram of one column with area 1.
Steps histogram(const PlotTable& cloud, Index d, const Axis& axis, Index bins) {
  Steps steps{axis.low, axis.high, Vector::Zero(bins), {}, {}};
  const double width = (axis.high - axis.low) / static_cast<double>(bins);
  const double height = 1 / (width * static_cast<double>(cloud.rows.cols()));
  for (Index n = 0; n < cloud.rows.cols(); ++n)
    steps.height(std::min(bins - 1, static_cast<Index>((cloud.rows(d, n) - axis.low) / width))) += height;
  return steps;
}

Panel histogram_panel(const PlotTables& clouds, Index d, bool with_key) {
  const Column column = column_of(clouds, d);
  Panel panel;
  panel.x = axis_around(clouds.columns[static_cast<std::size_t>(d)], column.low, column.high, false);
  double top = 0;
  for (std::size_t k = 0; k < clouds.clouds.size(); ++k) {
    Steps steps = histogram(clouds.clouds[k], d, panel.x, column.bins);
    steps.colour = series_colour(k);
    if (with_key) steps.label = label_of(clouds, k);
    top = std::max(top, steps.height.maxCoeff());
    panel.layers.push_back(std::move(steps));
  }
  panel.y = {"", 0, top * 1.05, false, true};
  return panel;
}

void refuse_log(const Look& look, const std::string& kind) {
  if (look.log != LogAxes::none)
    throw usage_error("plot-log", kind + " has no logarithmic axes",
                      "--log is for scatter, curves and solvers");
}

Drawing draw_marginals(const PlotTables& clouds, const Look& look) {
  check_count(clouds, 1, 30, "marginals");
  const std::size_t count = clouds.columns.size();
  const auto across = static_cast<std::size_t>(std::ceil(std::sqrt(static_cast<double>(count))));
  Picture picture{look.title, across, {}};
  for (std::size_t d = 0; d < count; ++d) {
    picture.panels.push_back(histogram_panel(clouds, static_cast<Index>(d), d == 0));
    if (d % across == 0) picture.panels.back().y.label = "density";
  }
  return {{std::move(picture)}, {}};
}

Drawing draw_pairs(const PlotTables& clouds, const Look& look) {
  check_count(clouds, 2, 6, "pairs");
  const std::size_t count = clouds.columns.size();
  Picture picture{look.title, count, {}};
  for (std::size_t row = 0; row < count; ++row)
    for (std::size_t column = 0; column < count; ++column) {
      Panel panel;
      panel.blank = column > row;
      if (row == column) {
        panel = histogram_panel(clouds, static_cast<Index>(row), row == 0);
        panel.y.numbered = false;  // the rows' numbers are those of their columns
      }
      if (column < row) {
        std::vector<Points> layers;
        for (std::size_t k = 0; k < clouds.clouds.size(); ++k) {
          layers.push_back(
              clouds.clouds[k].rows({static_cast<Index>(column), static_cast<Index>(row)}, Eigen::all));
          panel.layers.push_back(Dots{layers.back(), series_colour(k), 0.7, ""});
        }
        set_axes(panel, extent_of(layers), clouds.columns[column], clouds.columns[row], {});
      }
      if (row + 1 < count) panel.x.label.clear();
      if (column > 0) panel.y.label.clear();
      picture.panels.push_back(std::move(panel));
    }
  return {{std::move(picture)}, {}};
}

/// Each column after the first over the first.
std::vector<PlotTable> curves_of(const PlotTables& clouds) {
  std::vector<PlotTable> curves;
  for (const PlotTable& cloud : clouds.clouds)
    for (std::size_t d = 1; d < clouds.columns.size(); ++d) {
      const std::string name =
          clouds.clouds.size() > 1 ? cloud.name + " " + clouds.columns[d] : clouds.columns[d];
      curves.push_back({name, cloud.rows({Index{0}, static_cast<Index>(d)}, Eigen::all), cloud.total});
    }
  return curves;
}

}  // namespace

Drawing draw_curves(const std::vector<PlotTable>& curves, const std::string& x_label,
                    const std::string& y_label, const Look& look, bool marks) {
  Drawing drawing;
  Panel panel;
  std::vector<Points> layers;
  std::int64_t hidden = 0;
  for (std::size_t k = 0; k < curves.size(); ++k) {
    layers.push_back(shown_points(curves[k].rows, look, hidden));
    constexpr std::size_t colours = 8;  // from then on lines are dashed
    Lines lines{{layers.back()}, series_colour(k), 1.2, marks ? static_cast<int>(k % 5) : -1,
                k >= colours,    curves[k].name};
    panel.layers.push_back(std::move(lines));
  }
  set_axes(panel, extent_of(layers), x_label,
           curves.size() == 1 && y_label.empty() ? curves.front().name : y_label, look);
  note_hidden(hidden, drawing);
  drawing.frames.push_back({look.title, 1, {std::move(panel)}});
  return drawing;
}

Drawing draw_clouds(PlotKind kind, const PlotTables& clouds, const Look& look) {
  for (const PlotTable& cloud : clouds.clouds)
    if (cloud.rows.cols() == 0) throw data_error("plot-empty", "there are no rows to draw", {cloud.name});
  switch (kind) {
    case PlotKind::scatter:
      return draw_scatter(clouds, look);
    case PlotKind::density:
      refuse_log(look, "density");
      return clouds.find("density") >= 0 ? draw_field(clouds, look, false) : draw_density(clouds, look);
    case PlotKind::paths:
      refuse_log(look, "paths");
      return draw_paths(clouds, look);
    case PlotKind::field:
      refuse_log(look, "field");
      return draw_field(clouds, look, true);
    case PlotKind::marginals:
      refuse_log(look, "marginals");
      return draw_marginals(clouds, look);
    case PlotKind::pairs:
      refuse_log(look, "pairs");
      return draw_pairs(clouds, look);
    case PlotKind::curves:
    case PlotKind::solvers:
    case PlotKind::automatic:
      break;
  }
  check_count(clouds, 2, 16, "curves");
  return draw_curves(curves_of(clouds), clouds.columns.front(), "", look, false);
}

}  // namespace fm
