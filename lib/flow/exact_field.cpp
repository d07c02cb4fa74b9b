#include "flow/exact_field.h"

#include "core/parallel.h"

namespace fm {

Vector log_densities(const ExactField& field, double t, PointsIn x) {
  constexpr Index chunk_points = 512;
  Vector log_p(x.cols());
  parallel_chunks(x.cols(), chunk_points, [&](Index begin, Index end, Index) {
    const Index count = end - begin;
    field.log_density(Vector::Constant(count, t), x.middleCols(begin, count), log_p.segment(begin, count));
  });
  return log_p;
}

}  // namespace fm
