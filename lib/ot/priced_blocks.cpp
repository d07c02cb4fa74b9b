#include "ot/priced_blocks.h"

#include <Eigen/Cholesky>
#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>

#include "ot/places.h"

namespace fm {

namespace {

constexpr auto leaf = static_cast<std::size_t>(spatial_leaf);

/// Above it boxes keep hardly any block out, whatever the slope.
constexpr Index most_sloped_dim = 3;
/// Looks into a block after which its slope is fitted anew; a fit costs as much as a few looks.
constexpr int looks_a_fit = 32;
/// Blocks looked into by their bounds where nothing is known, before those left are taken in their own order.
constexpr int first_blocks = 4;

}  // namespace

PricedBlocks::PricedBlocks(PointsIn y, CostPower power)
    : scan_(scan_kernels()),
      size_(y.cols()),
      dim_(y.rows()),
      blocks_((size_ + spatial_leaf - 1) / spatial_leaf),
      stride_((blocks_ + scan_block - 1) / scan_block * scan_block),
      root_(power == CostPower::one),
      y_(place(blocks_ * dim_) * leaf),
      price_(place(blocks_) * leaf, -infinity),
      low_(place(stride_ * dim_), 0.0),
      high_(low_),
      slope_(low_),
      top_(place(stride_), -infinity),
      looks_(place(blocks_), 0),
      bound_(place(stride_)),
      near_(place(blocks_ + 1)),
      reach_(y.cwiseAbs().maxCoeff()) {
  for (Index at = 0; at < blocks_; ++at) {
    const Index first = at * spatial_leaf, count = std::min(spatial_leaf, size_ - first);
    const auto points = y.middleCols(first, count);
    for (Index d = 0; d < dim_; ++d) {
      low_[place(d * stride_ + at)] = points.row(d).minCoeff();
      high_[place(d * stride_ + at)] = points.row(d).maxCoeff();
      double* to = y_.data() + place(at * dim_ + d) * leaf;
      for (Index k = 0; k < spatial_leaf; ++k) to[k] = points(d, std::min(k, count - 1));
    }
  }
  if (!root_ && dim_ > most_sloped_dim) sieve_.emplace(y);
  set_prices(Vector::Zero(size_));
}

void PricedBlocks::set_prices(VectorIn price) {
  std::copy(price.begin(), price.end(), price_.begin());
  largest_price_ = price.cwiseAbs().maxCoeff();
  if (sieve_)
    for (Index j = 0; j < size_; ++j) sieve_->set_price(j, price(j));
  for (Index at = 0; at < blocks_; ++at) fit_slope(at);
}

double PricedBlocks::cost(const double* x, Index column) const {
  const double* y = y_.data() + place(column / spatial_leaf * dim_) * leaf + column % spatial_leaf;
  double sum = 0;
  for (Index d = 0; d < dim_; ++d) {
    const double difference = y[d * spatial_leaf] - x[d];
    sum += difference * difference;
  }
  return root_ ? std::sqrt(sum) : sum;
}

const std::vector<Candidate>& PricedBlocks::cheapest(const double* x, Index count,
                                                     std::span<const std::int32_t> likely) {
  found_.clear();
  const double reach = std::max(reach_, Eigen::Map<const Vector>(x, dim_).lpNorm<Eigen::Infinity>());
  const double scale = static_cast<double>(dim_) * (root_ ? reach : reach * reach) + largest_price_;
  const double rounding = std::ldexp(scale, -44);  // of a bound, whose terms are at most 2^6 times as large
  scan_.block_bounds(x, low_.data(), high_.data(), slope_.data(), top_.data(), dim_, stride_, root_,
                     bound_.data());
  const auto wanted = place(std::min(count, size_));
  limit_ = infinity;
  for (const std::int32_t column : likely) {
    const Index at = column / spatial_leaf;
    if (bound_[place(at)] < infinity) look_into(x, at, wanted);
  }
  if (likely.empty())
    for (int k = 0; k < first_blocks && k < blocks_; ++k)
      look_into(x, std::min_element(bound_.begin(), bound_.begin() + blocks_) - bound_.begin(), wanted);
  if (sieve_) sieve_->aim(x, largest_price_);
  // Which blocks are near is hard to foresee for the processor: they are listed without branches.
  Index near = 0;
  for (Index at = 0; at < blocks_; ++at) {
    near_[place(near)] = static_cast<std::int32_t>(at);
    near += bound_[place(at)] - rounding < limit_;
  }
  for (Index k = 0; k < near; ++k) {
    const Index at = near_[place(k)];
    if (bound_[place(at)] - rounding < limit_ && (!sieve_ || sieve_->passes(at, limit_)))
      look_into(x, at, wanted);
  }
  if (found_.size() == wanted) std::swap(found_[dearest_], found_.back());
  return found_;
}

void PricedBlocks::look_into(const double* x, Index at, std::size_t count) {
  double cost[leaf], reduced[leaf];
  std::uint64_t below = 0;
  top_[place(at)] =
      scan_.block_costs(x, y_.data() + place(at * dim_) * leaf, price_.data() + place(at) * leaf,
                        slope_.data() + at, stride_, dim_, root_, limit_, cost, reduced, &below);
  bound_[place(at)] = infinity;  // looked into
  if (++looks_[place(at)] >= looks_a_fit) fit_slope(at);
  if (std::popcount(below) > static_cast<int>(count))
    limit_ = scan_.narrow(reduced, static_cast<std::int64_t>(count), limit_, &below);
  for (; below != 0; below &= below - 1) {
    const int k = std::countr_zero(below);
    keep({reduced[k], cost[k], at * spatial_leaf + k}, count);
  }
}

/// Among the candidates, of which at most `count` stay: the dearest makes room.
void PricedBlocks::keep(const Candidate& candidate, std::size_t count) {
  const auto cheaper = [](const Candidate& a, const Candidate& b) {
    return a.reduced < b.reduced || (a.reduced == b.reduced && a.column < b.column);
  };
  if (found_.size() < count) {
    found_.push_back(candidate);
    if (found_.size() < count) return;
  } else if (cheaper(candidate, found_[dearest_])) {
    found_[dearest_] = candidate;
  } else {
    return;
  }
  // Four maxima at a time, since one comparison has to wait for the one before; then which it is.
  std::array<double, 4> most;
  most.fill(found_[0].reduced);
  std::size_t k = 1;
  for (; k + most.size() <= count; k += most.size())
    for (std::size_t c = 0; c < most.size(); ++c) most[c] = std::max(most[c], found_[k + c].reduced);
  for (; k < count; ++k) most[0] = std::max(most[0], found_[k].reduced);
  limit_ = std::max(std::max(most[0], most[1]), std::max(most[2], most[3]));
  dearest_ = count;
  for (k = 0; k < count; ++k)
    if (found_[k].reduced == limit_ && (dearest_ == count || found_[k].column > found_[dearest_].column))
      dearest_ = k;
}

/// The plane of least squares through the block's prices, and how far the prices rise above its slope.
void PricedBlocks::fit_slope(Index at) {
  looks_[place(at)] = 0;
  const Index first = at * spatial_leaf, count = std::min(spatial_leaf, size_ - first);
  const Eigen::Map<const Eigen::MatrixXd> y(y_.data() + place(at * dim_) * leaf, spatial_leaf, dim_);
  const Eigen::Map<const Vector> price(price_.data() + place(first), count);
  Vector slope = Vector::Zero(dim_);
  if (!root_ && dim_ <= most_sloped_dim && count > 2 * dim_) {
    using Eigen::Dynamic;
    const Eigen::Matrix<double, Dynamic, Dynamic, 0, spatial_leaf, most_sloped_dim> centred =
        y.topRows(count).rowwise() - y.topRows(count).colwise().mean();
    Eigen::Matrix<double, Dynamic, Dynamic, 0, most_sloped_dim, most_sloped_dim> square =
        centred.transpose() * centred;
    square.diagonal().array() += 1e-9 * square.trace() + std::numeric_limits<double>::min();
    slope = square.llt().solve(centred.transpose() * (price.array() - price.mean()).matrix());
    // A fit to nearly equal points may be steeper than any potential, and lose digits.
    const double most = 4 * (reach_ + std::sqrt(price.cwiseAbs().maxCoeff()));
    slope = slope.cwiseMin(most).cwiseMax(-most);
    if (!slope.allFinite()) slope.setZero();
  }
  for (Index d = 0; d < dim_; ++d) slope_[place(d * stride_ + at)] = slope(d);
  top_[place(at)] = (price - y.topRows(count) * slope).maxCoeff();
}

}  // namespace fm
