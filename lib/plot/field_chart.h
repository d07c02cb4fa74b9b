// Velocity fields and densities in the plane, time by time.
#pragma once

#include "plot/charts.h"

namespace fm {

/// One cloud with the columns t, A, B and density, or v_A and v_B, or all: densities as colours where the
/// rows of a time are a grid, x first, as fm-grid writes; velocities as arrows if `arrows`, whose lengths
/// compare within a panel: the longest is as long as the arrows are apart. Animated: a frame a time, else a
/// panel a time, six at most.
Drawing draw_field(const PlotTables& clouds, const Look& look, bool arrows);

}  // namespace fm
