#include "model/path_batch.h"

#include <variant>

#include "flow/conditional_path.h"
#include "flow/path.h"

namespace fm {

PathBatch make_batch(const Preconditioner& preconditioner, Index size) {
  return {Vector(size), Points(preconditioner.dim(), size), Points(preconditioner.outputs(), size)};
}

void spread_over(const TimeDomain& domain, VectorOut t) {
  t = domain.begin + (domain.end - domain.begin) * t.array();
}

void sample_path(const TrainingOptions& options, PointsIn x0, PointsIn x1, Draws draws, PathBatch& batch) {
  const auto* const bridge = std::get_if<BridgePath>(&options.path);
  if (!bridge) return path_sample(options.scheduler, batch.t, x0, x1, batch.xt, batch.ut);
  const Points z = Points::NullaryExpr(x0.rows(), x0.cols(), [&] { return draws.normal(); });
  bridge_sample(*bridge, batch.t, x0, x1, z, batch.xt, batch.ut);
}

}  // namespace fm
