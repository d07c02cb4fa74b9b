// Trajectories: lines in grey with both ends in colour, as a picture or point by point over time.
#pragma once

#include "plot/charts.h"

namespace fm {

/// Clouds with the columns sample, t and one coordinate or two, as draw_clouds(kind paths) takes them.
/// Animated: a frame a time of the first trajectory, at most 60 of them.
Drawing draw_paths(const Clouds& clouds, const Look& look);

/// Whether the axes of a filled panel get equal units under look.aspect.
bool equal_axes(const Panel& panel, const Look& look);

/// Throws usage error "plot-clouds" if there are several.
void refuse_several(const Clouds& clouds, const std::string& kind);

}  // namespace fm
