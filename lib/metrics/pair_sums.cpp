#include "metrics/pair_sums.h"

#include <algorithm>
#include <vector>

#include "core/parallel.h"

namespace fm {

namespace {

/// Points a block: its distances take 128 KiB, which stays in the second cache while all columns are
/// multiplied.
constexpr Index block = 128;

PairSums no_sums(Index columns) {
  return {Vector::Zero(columns), Vector::Zero(columns), 0};
}

/// values_ij = f(|x_i - y_j|); rows (n, D): points as rows, so that a dimension's numbers lie side by side.
void block_values(const Points& rows, PointsIn y, const PairFunction& f, Points& values) {
  values.resize(rows.rows(), y.cols());
  for (Index j = 0; j < y.cols(); ++j) {
    auto column = values.col(j).array();
    column.setZero();
    for (Index d = 0; d < y.rows(); ++d) column += (rows.col(d).array() - y(d, j)).square();
  }
  f(values);
}

/// Pairs with the first point in [begin, end) and the second in the same block or a later one, which stands
/// for both orders.
PairSums block_row_sums(PointsIn points, const Points& weights, const PairFunction& f, Index begin,
                        Index end) {
  PairSums sums = no_sums(weights.cols());
  const Points rows = points.middleCols(begin, end - begin).transpose();
  const auto z = weights.middleRows(begin, end - begin);
  Points values, product;
  for (Index other = begin; other < points.cols(); other += block) {
    const Index count = std::min(block, points.cols() - other);
    const auto z_other = weights.middleRows(other, count);
    const double orders = other == begin ? 1 : 2;
    block_values(rows, points.middleCols(other, count), f, values);
    product.noalias() = values * z_other;
    sums.inside += orders * z.cwiseProduct(product).colwise().sum().transpose();
    sums.from += z.transpose() * values.rowwise().sum();
    if (other != begin) sums.from += z_other.transpose() * values.colwise().sum().transpose();
    sums.all += orders * values.sum();
  }
  return sums;
}

/// sum_i!=j z_i z_j f(|x_i - x_j|) / (n (n - 1)) where columns of z are counts of n draws from the n points,
/// over its mean's factor 1 - 1/n.
Vector redrawn_inside(PointsIn x, const Points& z, const PairFunction& f, double at_zero) {
  const auto n = static_cast<double>(x.cols());
  const Vector inside = pair_sums(x, z, f).inside - at_zero * z.colwise().squaredNorm().transpose();
  return inside / ((1 - 1 / n) * n * (n - 1));
}

}  // namespace

PairSums pair_sums(PointsIn points, const Points& weights, const PairFunction& f) {
  std::vector<PairSums> parts(static_cast<std::size_t>(chunk_count(points.cols(), block)));
  parallel_chunks(points.cols(), block, [&](Index begin, Index end, Index chunk) {
    parts[static_cast<std::size_t>(chunk)] = block_row_sums(points, weights, f, begin, end);
  });
  PairSums sums = no_sums(weights.cols());
  for (const PairSums& part : parts) {
    sums.inside += part.inside;
    sums.from += part.from;
    sums.all += part.all;
  }
  return sums;
}

Vector cross_sums(PointsIn x, const Points& a, PointsIn y, const Points& b, const PairFunction& f) {
  Points parts(a.cols(), chunk_count(x.cols(), block));
  parallel_chunks(x.cols(), block, [&](Index begin, Index end, Index chunk) {
    const Points rows = x.middleCols(begin, end - begin).transpose();
    Points product = Points::Zero(end - begin, a.cols()), values;
    for (Index other = 0; other < y.cols(); other += block) {
      const Index count = std::min(block, y.cols() - other);
      block_values(rows, y.middleCols(other, count), f, values);
      product.noalias() += values * b.middleRows(other, count);
    }
    parts.col(chunk) = a.middleRows(begin, end - begin).cwiseProduct(product).colwise().sum().transpose();
  });
  Vector sums = Vector::Zero(a.cols());
  for (Index chunk = 0; chunk < parts.cols(); ++chunk) sums += parts.col(chunk);
  return sums;
}

Vector pair_contrasts(PointsIn points, const Points& labels, const PairFunction& f, double at_zero) {
  const PairSums sums = pair_sums(points, labels, f);
  const Eigen::ArrayXd n = labels.colwise().sum().transpose().array();
  const Eigen::ArrayXd m = static_cast<double>(points.cols()) - n;
  const Eigen::ArrayXd first = sums.inside.array();
  const Eigen::ArrayXd between = sums.from.array() - first;
  const Eigen::ArrayXd second = sums.all - first - 2 * between;
  return 2 * between / (n * m) - (first - at_zero * n) / (n * (n - 1)) -
         (second - at_zero * m) / (m * (m - 1));
}

Vector redrawn_contrasts(PointsIn x, const Points& a, PointsIn y, const Points& b, const PairFunction& f,
                         double at_zero) {
  const auto pairs = static_cast<double>(x.cols()) * static_cast<double>(y.cols());
  return 2 * cross_sums(x, a, y, b, f) / pairs - redrawn_inside(x, a, f, at_zero) -
         redrawn_inside(y, b, f, at_zero);
}

}  // namespace fm
