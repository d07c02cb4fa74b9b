// The drawing model: a picture is a grid of panels, a panel is two axes and layers of marks in data units.
// What is drawn is decided here once (charts.h); how it becomes a file or text is the matter of
// gnuplot_script.h and text_picture.h.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "core/types.h"

namespace fm {

struct Colour {
  std::uint8_t red = 0, green = 0, blue = 0;
};

/// The eight colours of Okabe and Ito (2008), told apart with any kind of colour vision; yellow, which is
/// faint on white, comes last, and they repeat from the ninth on.
Colour series_colour(std::size_t series);
/// Of marks that stand back.
constexpr Colour grey{150, 150, 150};

/// The map "viridis" (van der Walt and Smith 2015) at `share` in [0, 1], which rises evenly in lightness.
Colour viridis(double share);
/// Nodes of that map, from 0 to 1 in equal steps.
const std::vector<Colour>& viridis_nodes();

/// Points at (2, N).
struct Dots {
  Points at;
  Colour colour;
  double size = 1;    ///< of gnuplot's point size 0.4
  std::string label;  ///< in the key; "" for none
};

/// Polylines, each (2, N).
struct Lines {
  std::vector<Points> runs;
  Colour colour;
  double width = 1.5;
  int mark = -1;  ///< a sign at each of their points: one of five, from 0; -1 for none
  bool dashed = false;
  std::string label;
};

/// Arrows from (2, N) along by (2, N).
struct Arrows {
  Points from, by;
  Colour colour;
};

/// Values over a regular grid of cells, x first (columns * rows), over [low, high] in x and y.
struct Heat {
  Index columns = 0, rows = 0;
  Vector value;
  double low[2] = {0, 0}, high[2] = {1, 1};
};

/// Heights over equal bins of [low, high]: a histogram.
struct Steps {
  double low = 0, high = 1;
  Vector height;
  Colour colour;
  std::string label;
};

using Layer = std::variant<Heat, Steps, Lines, Arrows, Dots>;

/// low < high, both above 0 where log.
struct Axis {
  std::string label;
  double low = 0, high = 1;
  bool log = false;
  bool numbered = true;
};

struct Panel {
  std::string title;
  Axis x, y;
  bool equal = false;  ///< one unit is as long on both axes
  bool blank = false;  ///< an empty place of the grid
  std::vector<Layer> layers;
};

struct Picture {
  std::string title;
  std::size_t columns = 1;  ///< of the grid; its rows follow from the panels, row after row
  std::vector<Panel> panels;
};

/// Pictures of one layout, one after the other; most have a single one.
using Frames = std::vector<Picture>;

/// The labels and colours of the key of `panel`, in the order of its layers.
struct KeyEntry {
  std::string label;
  Colour colour;
};
std::vector<KeyEntry> key_of_panel(const Panel& panel);

/// Stretches [low, high] to what the values take up, with a margin on both sides; a single value gets room
/// around it. On a log axis the values must be above 0. Throws data error "plot-range" for values that are
/// too far apart for a double.
Axis axis_around(std::string label, double low, double high, bool log);

/// A time for people: at most four digits, no zeros behind them.
std::string time_text(double t);

}  // namespace fm
