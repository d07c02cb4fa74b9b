#include "flow/source.h"

#include <cmath>
#include <utility>

#include "core/numeric.h"

namespace fm {

PointSource::PointSource(Points rows, double jitter) : points(std::move(rows)) {
  const Points centred = points.colwise() - mean_point(points);
  jitter_std = jitter * (centred.rowwise().squaredNorm() / static_cast<double>(points.cols())).cwiseSqrt();
}

namespace {

void draw(const NormalSource&, const Random& random, std::uint64_t first_row, PointsOut x0) {
  fill_normal(random, first_row, x0);
}

void draw(const PointSource& source, const Random& random, std::uint64_t first_row, PointsOut x0) {
  for (Index n = 0; n < x0.cols(); ++n) {
    Draws draws = random.row(first_row + static_cast<std::uint64_t>(n));
    const auto row = static_cast<Index>(draws.below(static_cast<std::uint64_t>(source.points.cols())));
    for (Index d = 0; d < x0.rows(); ++d)
      x0(d, n) = source.points(d, row) + source.jitter_std(d) * draws.normal();
  }
}

}  // namespace

void draw_source(const Source& source, const Random& random, std::uint64_t first_row, PointsOut x0) {
  std::visit([&](const auto& member) { draw(member, random, first_row, x0); }, source);
}

}  // namespace fm
