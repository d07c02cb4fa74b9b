// Trajectories: lines in grey with both ends in colour, as a picture or point by point over time.
#pragma once

#include "plot/charts.h"

namespace fm {

/// Clouds with the columns sample, t and one coordinate or two, as draw_clouds(kind paths) takes them.
/// Animated: a frame a time of the first trajectory, most_frames (plot/frames.h) at most.
Drawing draw_paths(const PlotTables& clouds, const Look& look);

}  // namespace fm
