#include "metrics/continuity.h"

#include "core/parallel.h"

namespace fm {

namespace {

constexpr Index chunk_points = 256;

Vector density_at(const ExactPath& path, double t, PointsIn x) {
  Vector log_p(x.cols());
  path.log_density(Vector::Constant(x.cols(), t), x, log_p);
  return log_p.array().exp();
}

Vector density_rate(const ExactPath& path, double t, PointsIn x, double step) {
  const TimeDomain domain = path.field().domain();
  const auto p = [&](double steps) { return density_at(path, t + steps * step, x); };
  if (t - step < domain.begin) return (-3 * p(0) + 4 * p(1) - p(2)) / (2 * step);
  if (t + step > domain.end) return (3 * p(0) - 4 * p(-1) + p(-2)) / (2 * step);
  return (p(1) - p(-1)) / (2 * step);
}

}  // namespace

Continuity continuity(const ExactPath& path, const VelocityField& field, double t, PointsIn x, double step) {
  const Index count = x.cols();
  Continuity result{Vector(count), Points(x.rows(), count), Vector(count), Vector(count)};
  parallel_chunks(count, chunk_points, [&](Index begin, Index end, Index) {
    const Index size = end - begin;
    const auto part = x.middleCols(begin, size);
    const Vector times = Vector::Constant(size, t);
    Points score(x.rows(), size);
    Vector div(size);
    field.divergence(times, part, result.velocity.middleCols(begin, size), div);
    path.score(times, part, score);
    const Vector p = density_at(path, t, part);
    const Vector along =
        score.cwiseProduct(result.velocity.middleCols(begin, size)).colwise().sum().transpose();
    result.density.segment(begin, size) = p;
    result.rate.segment(begin, size) = density_rate(path, t, part, step);
    result.residual.segment(begin, size) = result.rate.segment(begin, size) + p.cwiseProduct(div + along);
  });
  return result;
}

}  // namespace fm
