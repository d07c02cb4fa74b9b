#include "metrics/energy.h"

#include <algorithm>
#include <vector>

#include "core/parallel.h"

namespace fm {

namespace {

/// Points a block: its distances take 128 KiB, which stays in the second cache while all columns are
/// multiplied.
constexpr Index block = 128;

/// Sums over ordered pairs of points, or a part of them.
struct PairSums {
  Vector inside;   // z^T A z, (P)
  Vector from;     // z^T A 1, (P)
  double all = 0;  // 1^T A 1

  explicit PairSums(Index columns = 0) : inside(Vector::Zero(columns)), from(Vector::Zero(columns)) {}
  void add(const PairSums& other) {
    inside += other.inside;
    from += other.from;
    all += other.all;
  }
};

/// distances_ij = |x_i - y_j|; rows (n, D): points as rows, so that a dimension's numbers lie side by side.
void block_distances(const Eigen::MatrixXd& rows, PointsIn y, Eigen::MatrixXd& distances) {
  distances.resize(rows.rows(), y.cols());
  for (Index j = 0; j < y.cols(); ++j) {
    auto column = distances.col(j).array();
    column.setZero();
    for (Index d = 0; d < y.rows(); ++d) column += (rows.col(d).array() - y(d, j)).square();
    column = column.sqrt();
  }
}

/// Pairs with the first point in [begin, end) and the second in the same block or a later one, which stands
/// for both orders.
PairSums block_row_sums(PointsIn points, const Eigen::MatrixXd& labels, Index begin, Index end) {
  PairSums sums(labels.cols());
  const Eigen::MatrixXd rows = points.middleCols(begin, end - begin).transpose();
  const auto z = labels.middleRows(begin, end - begin);
  Eigen::MatrixXd distances, product;
  for (Index other = begin; other < points.cols(); other += block) {
    const Index count = std::min(block, points.cols() - other);
    const auto z_other = labels.middleRows(other, count);
    const double orders = other == begin ? 1 : 2;
    block_distances(rows, points.middleCols(other, count), distances);
    product.noalias() = distances * z_other;
    sums.inside += orders * z.cwiseProduct(product).colwise().sum().transpose();
    sums.from += z.transpose() * distances.rowwise().sum();
    if (other != begin) sums.from += z_other.transpose() * distances.colwise().sum().transpose();
    sums.all += orders * distances.sum();
  }
  return sums;
}

}  // namespace

Vector energy_distances(PointsIn points, const Eigen::MatrixXd& labels) {
  std::vector<PairSums> parts(static_cast<std::size_t>(chunk_count(points.cols(), block)));
  parallel_chunks(points.cols(), block, [&](Index begin, Index end, Index chunk) {
    parts[static_cast<std::size_t>(chunk)] = block_row_sums(points, labels, begin, end);
  });
  PairSums sums(labels.cols());
  for (const PairSums& part : parts) sums.add(part);
  const Eigen::ArrayXd n = labels.colwise().sum().transpose().array();
  const Eigen::ArrayXd m = static_cast<double>(points.cols()) - n;
  const Eigen::ArrayXd first = sums.inside.array();
  const Eigen::ArrayXd between = sums.from.array() - first;
  const Eigen::ArrayXd second = sums.all - first - 2 * between;
  return 2 * between / (n * m) - first / (n * (n - 1)) - second / (m * (m - 1));
}

double energy_distance(PointsIn x, PointsIn y) {
  Points pooled(x.rows(), x.cols() + y.cols());
  pooled << x, y;
  Eigen::MatrixXd labels = Eigen::MatrixXd::Zero(pooled.cols(), 1);
  labels.topRows(x.cols()).setOnes();
  return energy_distances(pooled, labels)[0];
}

}  // namespace fm
