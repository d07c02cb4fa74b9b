#include "flow/conditional_path.h"

#include <cmath>

#include "core/error.h"
#include "core/text.h"

namespace fm {

std::string bandwidth_column(const ConditionalPath& path) {
  const auto* const adaptive = std::get_if<AdaptivePath>(&path);
  if (!adaptive) return {};
  check_bandwidths(*adaptive);
  return adaptive->column;
}

Vector path_bandwidths(const ConditionalPath& path, PointsIn x, PointsIn rows, const Vector& column) {
  const auto* const adaptive = std::get_if<AdaptivePath>(&path);
  if (!adaptive) return {};
  if (bandwidth_column(path).empty()) return adaptive_bandwidths(*adaptive, x, rows);
  if (column.size() != x.cols())
    throw usage_error("bandwidth-column", "the bandwidths of these rows are those of column " +
                                              in_quotes(adaptive->column) + ", and no table of them is read");
  return adaptive->scale * column;
}

void bridge_sample(const BridgePath& bridge, VectorIn t, PointsIn x0, PointsIn x1, PointsIn z, PointsOut xt,
                   PointsOut targets) {
  const Index dim = x0.rows();
  for (Index n = 0; n < t.size(); ++n) {
    const double noise = bridge.std * std::sqrt(t(n) * (1 - t(n)));
    xt.col(n) = (1 - t(n)) * x0.col(n) + t(n) * x1.col(n) + noise * z.col(n);
    targets.col(n).head(dim) = x1.col(n) - x0.col(n);
    targets.col(n).tail(dim) = bridge.std * z.col(n);
  }
}

void bridge_velocity(VectorIn t, PointsIn x, PointsIn x0, PointsIn x1, PointsOut u) {
  for (Index n = 0; n < t.size(); ++n) {
    const double time = t(n), variance = time * (1 - time);
    if (!(variance > 0))
      throw numeric_error("time-domain", "at t = " + shortest(time) + " a bridge has no finite speed");
    u.col(n) = (1 - 2 * time) / (2 * variance) * (x.col(n) - (1 - time) * x0.col(n) - time * x1.col(n)) +
               x1.col(n) - x0.col(n);
  }
}

}  // namespace fm
