#include "flow/source.h"

#include <utility>

#include "core/numeric.h"

namespace fm {

namespace {

/// Standard deviation of each column of the table (D).
Vector column_std(PointsIn points) {
  const Points centred = points.colwise() - mean_point(points);
  return (centred.rowwise().squaredNorm() / static_cast<double>(points.cols())).cwiseSqrt();
}

}  // namespace

PointSource::PointSource(Points rows, double jitter)
    : points(std::move(rows)), jitter_std(jitter * column_std(points)) {}

PairedSource::PairedSource(Points rows, Vector row_weights, double jitter)
    : points(std::move(rows)),
      jitter_std(jitter * column_std(points)),
      weights(std::move(row_weights)),
      cumulative(running_shares(weights)) {}

Index PairedSource::row_at(double share) const {
  return place_at(cumulative, share);
}

PairedSource PairedSource::subset(const std::vector<Index>& rows) const {
  PairedSource some(points(Eigen::all, rows), weights(rows), 0);
  some.jitter_std = jitter_std;
  return some;
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

void draw(const PairedSource& source, const Random& random, std::uint64_t first_row, PointsOut x0) {
  for (Index n = 0; n < x0.cols(); ++n) {
    Draws draws = random.row(first_row + static_cast<std::uint64_t>(n));
    const Index row = source.row_at(draws.uniform());
    for (Index d = 0; d < x0.rows(); ++d)
      x0(d, n) = source.points(d, row) + source.jitter_std(d) * draws.normal();
  }
}

}  // namespace

void draw_source(const Source& source, const Random& random, std::uint64_t first_row, PointsOut x0) {
  std::visit([&](const auto& member) { draw(member, random, first_row, x0); }, source);
}

}  // namespace fm
