#include "plot/axes.h"

#include <algorithm>

#include "core/error.h"

namespace fm {

void Extent::add(PointsIn at) {
  if (at.cols() == 0) return;
  for (int d = 0; d < 2; ++d) {
    low[d] = std::min(low[d], at.row(d).minCoeff());
    high[d] = std::max(high[d], at.row(d).maxCoeff());
  }
}

bool log_x(const Look& look) {
  return look.log == LogAxes::x || look.log == LogAxes::xy;
}
bool log_y(const Look& look) {
  return look.log == LogAxes::y || look.log == LogAxes::xy;
}

void set_axes(Panel& panel, const Extent& extent, const std::string& x, const std::string& y,
              const Look& look) {
  if (extent.low[0] > extent.high[0])
    throw data_error("plot-log", "no value is above 0, which a logarithmic axis needs", {},
                     "leave out --log");
  panel.x = axis_around(x, extent.low[0], extent.high[0], log_x(look));
  panel.y = axis_around(y, extent.low[1], extent.high[1], log_y(look));
}

bool equal_axes(const Panel& panel, const Look& look) {
  if (look.aspect != Aspect::automatic) return look.aspect == Aspect::equal && !panel.x.log && !panel.y.log;
  constexpr double most = 4;
  const double ratio = (panel.x.high - panel.x.low) / (panel.y.high - panel.y.low);
  return !panel.x.log && !panel.y.log && ratio < most && ratio > 1 / most;
}

}  // namespace fm
