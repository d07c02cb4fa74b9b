#include "metrics/pair_sums.h"

#include <algorithm>
#include <vector>

#include "core/parallel.h"
#include "nn/block.h"
#include "nn/kernels_in_use.h"
#include "ot/scan.h"

namespace fm {

namespace {

/// Points a block: its pair values take 128 KiB, which stays in the second cache while all columns are
/// multiplied. A multiple of scan_block.
constexpr Index block = 128;

/// Points begin, ..., begin + count - 1, all before the split or all behind it.
struct PointBlock {
  Index begin, count;
  bool second;
};

std::vector<PointBlock> blocks_of(Index split, Index points) {
  std::vector<PointBlock> blocks;
  for (Index begin = 0; begin < split; begin += block)
    blocks.push_back({begin, std::min(block, split - begin), false});
  for (Index begin = split; begin < points; begin += block)
    blocks.push_back({begin, std::min(block, points - begin), true});
  return blocks;
}

/// Columns of weights are multiplied so many at a time, as the kernels of networks take points; one more
/// column than there are weightings is all 1.
Index groups_of(Index weightings) {
  return chunk_count(weightings + 1, block_points);
}

/// Weights of a block in one group of columns: (block, block_points), 0 behind its points.
void load_weights(const PairWeights& weights, const PointBlock& of, Index group, Block<double>& z) {
  const Index first = group * block_points, width = std::min(block_points, weights.cols() - first);
  for (Index i = 0; i < block; ++i) {
    double* const row = z.row(i);
    std::fill(row, row + block_points, 0.0);
    if (i >= of.count) continue;
    const std::uint8_t* const from = weights.data() + (of.begin + i) * weights.cols() + first;
    for (Index c = 0; c < width; ++c) row[c] = from[c];
    if (width < block_points) row[width] = 1;
  }
}

/// Row i of `values` (block, block): f(|x_i - y_j|) over j, as the kernels' weights W lie.
class PairValues {
 public:
  PairValues(PointsIn points, const PointBlock& from, const PairFunction& f)
      : points_(points),
        from_(from),
        f_(f),
        others_(block, points.rows()),
        values_(Points::Zero(block, block)) {}

  /// Of the points of the block that this was made for, and of those of `to`.
  const double* with(const PointBlock& to) {
    others_.setZero();
    others_.topRows(to.count) = points_.middleCols(to.begin, to.count).transpose();
    for (Index i = 0; i < from_.count; ++i)
      scan_kernels().squared_distances(points_.col(from_.begin + i).data(), others_.data(), points_.rows(),
                                       block, values_.col(i).data());
    f_(values_);
    return values_.data();
  }

 private:
  PointsIn points_;
  PointBlock from_;
  const PairFunction& f_;
  Points others_;  // (block, D): each dimension's numbers side by side
  Points values_;  // column i: row i of W; something finite where there is no point
};

/// Sums over padded columns of weights.
struct GroupSums {
  explicit GroupSums(Index groups)
      : first(Vector::Zero(groups * block_points)), across(first), second(first), from(first) {}
  Vector first, across, second, from;
};

using Rows = Eigen::Map<const Eigen::Array<double, block_points, Eigen::Dynamic>, Eigen::Aligned16,
                        Eigen::OuterStride<block_stride>>;
Rows columns_of(const Block<double>& z) {
  return {z.data(), block_points, block, Eigen::OuterStride<block_stride>()};
}

/// Pairs of the points of blocks[at] with those of the same block or a later one, which stands for both
/// orders.
GroupSums block_row_sums(PointsIn points, const std::vector<PointBlock>& blocks, std::size_t at,
                         const PairWeights& weights, const PairFunction& f) {
  const PointBlock& own = blocks[at];
  const Index groups = groups_of(weights.cols());
  GroupSums sums(groups);
  std::vector<Block<double>> own_weights(static_cast<std::size_t>(groups), Block<double>(block));
  for (Index g = 0; g < groups; ++g) load_weights(weights, own, g, own_weights[static_cast<std::size_t>(g)]);
  Block<double> other_weights(block), product(block);
  const Vector no_bias = Vector::Zero(block);
  PairValues pair_values(points, own, f);
  for (std::size_t other = at; other < blocks.size(); ++other) {
    const PointBlock& to = blocks[other];
    const double* const values = pair_values.with(to);
    const bool same_side = own.second == to.second;
    Vector& inside = same_side ? (own.second ? sums.second : sums.first) : sums.across;
    const double orders = other == at || !same_side ? 1 : 2;
    const Vector reached =
        Eigen::Map<const Points>(values, block, block).topRows(to.count).colwise().sum().transpose();
    for (Index g = 0; g < groups; ++g) {
      const Block<double>& z = own_weights[static_cast<std::size_t>(g)];
      load_weights(weights, to, g, other_weights);
      kernels<double>().affine({block, block, values, no_bias.data()}, other_weights.data(), product.data());
      const auto columns = Eigen::seqN(g * block_points, block_points);
      inside(columns).array() += orders * (columns_of(z) * columns_of(product)).rowwise().sum();
      sums.from(columns) += columns_of(z).matrix() * reached;
      if (other != at) sums.from(columns).array() += columns_of(product).leftCols(own.count).rowwise().sum();
    }
  }
  return sums;
}

/// sum_i!=j z_i z_j f(|x_i - x_j|) / (n (n - 1)) of counts z of n draws from n points, over its mean's factor
/// 1 - 1/n; `inside` (B) is z^T A z, `squares` (B) |z|^2.
Vector redrawn_inside(const Vector& inside, const Vector& squares, Index points, double at_zero) {
  const auto n = static_cast<double>(points);
  return (inside - at_zero * squares) / ((1 - 1 / n) * n * (n - 1));
}

Vector squares_of(const PairWeights& weights, Index begin, Index count, Index columns) {
  return weights.block(begin, weights.cols() - columns, count, columns)
      .cast<double>()
      .colwise()
      .squaredNorm()
      .transpose();
}

}  // namespace

PairSums pair_sums(PointsIn points, Index split, const PairWeights& weights, const PairFunction& f) {
  const std::vector<PointBlock> blocks = blocks_of(split, points.cols());
  const Index count = weights.cols();
  GroupSums sums(groups_of(count));
  std::vector<GroupSums> parts(blocks.size(), GroupSums(0));
  parallel_chunks(static_cast<Index>(blocks.size()), 1, [&](Index at, Index, Index) {
    const auto place = static_cast<std::size_t>(at);
    parts[place] = block_row_sums(points, blocks, place, weights, f);
  });
  for (const GroupSums& part : parts) {
    sums.first += part.first;
    sums.across += part.across;
    sums.second += part.second;
    sums.from += part.from;
  }
  return {sums.first.head(count), sums.across.head(count), sums.second.head(count), sums.from.head(count),
          sums.from[count]};
}

Vector pair_contrasts(PointsIn points, const PairWeights& labels, const PairContrast& contrast) {
  return resampled_contrasts(points, 0, labels, labels.cols(), contrast).divided;
}

ResampledContrasts resampled_contrasts(PointsIn points, Index split, const PairWeights& weights, Index labels,
                                       const PairContrast& contrast) {
  const PairSums sums = pair_sums(points, split, weights, contrast.f);
  const double at_zero = contrast.at_zero;
  const Index divisions = labels, draws = weights.cols() - labels;
  const Eigen::ArrayXd n = weights.leftCols(divisions).cast<double>().colwise().sum().transpose().array();
  const Eigen::ArrayXd m = static_cast<double>(points.cols()) - n;
  const Eigen::ArrayXd first = (sums.first + 2 * sums.across + sums.second).head(divisions).array();
  const Eigen::ArrayXd between = sums.from.head(divisions).array() - first;
  const Eigen::ArrayXd second = sums.all - first - 2 * between;
  ResampledContrasts result;
  result.divided = contrast.sign * (2 * between / (n * m) - (first - at_zero * n) / (n * (n - 1)) -
                                    (second - at_zero * m) / (m * (m - 1))) +
                   0.0;  // never -0
  if (draws == 0) return result;
  const Index others = points.cols() - split;
  result.redrawn =
      contrast.sign *
      (2 * sums.across.tail(draws) / (static_cast<double>(split) * static_cast<double>(others)) -
       redrawn_inside(sums.first.tail(draws), squares_of(weights, 0, split, draws), split, at_zero) -
       redrawn_inside(sums.second.tail(draws), squares_of(weights, split, others, draws), others, at_zero));
  return result;
}

}  // namespace fm
