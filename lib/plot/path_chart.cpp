#include "plot/path_chart.h"

#include <algorithm>
#include <map>

#include "core/error.h"
#include "plot/axes.h"
#include "plot/frames.h"

namespace fm {

namespace {

/// One trajectory: times in rising order, places (2, T).
struct Trajectory {
  Vector times;
  Points at;
};

/// In the order in which the samples come.
std::vector<Trajectory> trajectories_of(const PlotTable& cloud, const PlotTables& clouds, Index x, Index y) {
  const Index sample = clouds.find("sample"), t = clouds.find("t");
  std::map<double, std::size_t> index;
  std::vector<std::vector<Index>> rows;
  for (Index n = 0; n < cloud.rows.cols(); ++n) {
    const auto [found, fresh] = index.emplace(cloud.rows(sample, n), rows.size());
    if (fresh) rows.emplace_back();
    rows[found->second].push_back(n);
  }
  std::vector<Trajectory> out;
  for (auto& places : rows) {
    std::stable_sort(places.begin(), places.end(),
                     [&](Index a, Index b) { return cloud.rows(t, a) < cloud.rows(t, b); });
    out.push_back({cloud.rows(t, places).transpose(), cloud.rows({x, y}, places)});
  }
  return out;
}

/// The trajectories up to time `end`, and where they are then.
void add_layers(const std::vector<Trajectory>& trajectories, double end, bool moving, Panel& panel) {
  Lines lines{{}, grey, 0.5, -1, false, ""};
  Dots starts{Points(2, static_cast<Index>(trajectories.size())), series_colour(0), 1, ""}, ends = starts;
  ends.colour = series_colour(1);
  Index count = 0;
  for (const Trajectory& path : trajectories) {
    const Index steps = (path.times.array() <= end).count();
    if (steps == 0) continue;
    lines.runs.push_back(path.at.leftCols(steps));
    starts.at.col(count) = path.at.col(0);
    ends.at.col(count++) = path.at.col(steps - 1);
  }
  starts.at.conservativeResize(2, count);
  ends.at.conservativeResize(2, count);
  panel.layers.push_back(std::move(lines));
  if (!moving) {
    starts.label = "t = " + time_text(trajectories.front().times(0));
    ends.label = "t = " + time_text(end);
    panel.layers.push_back(std::move(starts));
  }
  panel.layers.push_back(std::move(ends));
}

Panel empty_panel(const std::vector<std::vector<Trajectory>>& all, const std::vector<std::string>& labels,
                  const Look& look) {
  Extent extent;
  for (const auto& trajectories : all)
    for (const Trajectory& path : trajectories) extent.add(path.at);
  Panel panel;
  set_axes(panel, extent, labels[0], labels[1], look);
  panel.equal = labels[0] != "t" && equal_axes(panel, look);
  return panel;
}

}  // namespace

Drawing draw_paths(const PlotTables& clouds, const Look& look) {
  const auto coordinates = coordinates_of(clouds.columns);
  if (clouds.find("sample") < 0 || clouds.find("t") < 0 || coordinates.empty() || coordinates.size() > 2)
    throw usage_error("plot-columns",
                      "paths are drawn from the columns sample, t and one coordinate or two, not " +
                          std::to_string(coordinates.size()),
                      "choose coordinates with -c");
  std::vector<std::string> labels = coordinates;
  if (labels.size() == 1) labels.insert(labels.begin(), "t");
  std::vector<std::vector<Trajectory>> all;
  for (const PlotTable& cloud : clouds.clouds)
    all.push_back(trajectories_of(cloud, clouds, clouds.find(labels[0]), clouds.find(labels[1])));
  const Panel panel = empty_panel(all, labels, look);
  Drawing drawing;
  if (all.size() > 1) {
    Panel together = panel;
    for (std::size_t k = 0; k < all.size(); ++k) {
      Lines lines{{}, series_colour(k), 0.6, -1, false, clouds.clouds[k].name};
      for (Trajectory& path : all[k]) lines.runs.push_back(std::move(path.at));
      together.layers.push_back(std::move(lines));
    }
    drawing.frames.push_back({look.title, 1, {std::move(together)}});
    return drawing;
  }
  const Vector& course = all.front().front().times;
  std::vector<double> ends = {course(course.size() - 1)};
  if (look.animated) ends = some_of(std::vector<double>(course.begin(), course.end()), most_frames);
  for (const double end : ends) {
    Panel frame = panel;
    if (look.animated) frame.title = "t = " + time_text(end);
    add_layers(all.front(), end, look.animated, frame);
    drawing.frames.push_back({look.title, 1, {std::move(frame)}});
  }
  if (look.animated && ends.size() < static_cast<std::size_t>(course.size()))
    drawing.notes.push_back(std::to_string(ends.size()) + " of " + std::to_string(course.size()) +
                            " times are frames");
  return drawing;
}

}  // namespace fm
