// The axes of a panel: around what is drawn on it, and with units of equal length where that is asked for.
#pragma once

#include <limits>
#include <string>

#include "plot/charts.h"

namespace fm {

/// The smallest rectangle around points; low > high while there are none.
struct Extent {
  double low[2] = {std::numeric_limits<double>::infinity(), std::numeric_limits<double>::infinity()};
  double high[2] = {-low[0], -low[1]};

  /// Takes in points at (2, N).
  void add(PointsIn at);
};

/// Whether look.log says so of that axis.
bool log_x(const Look& look);
bool log_y(const Look& look);

/// Sets the panel's axes around the extent. Throws data error
/// "plot-log" if there is no point, and what axis_around() throws.
void set_axes(Panel& panel, const Extent& extent, const std::string& x, const std::string& y,
              const Look& look);

/// Whether axes that are set get equal units: under Aspect::automatic unless one is four times the other.
bool equal_axes(const Panel& panel, const Look& look);

}  // namespace fm
