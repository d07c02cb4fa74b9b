#include "ot/block_sieve.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "ot/places.h"

namespace fm {

namespace {

constexpr auto leaf = static_cast<std::size_t>(spatial_leaf);

}  // namespace

BlockSieve::BlockSieve(PointsIn y)
    : scan_(scan_kernels()),
      dim_(y.rows()),
      square_(place((y.cols() + spatial_leaf - 1) / spatial_leaf) * leaf),
      y_(square_.size() * place(dim_), 0.0F),
      offset_(square_.size(), std::numeric_limits<float>::infinity()),
      largest_square_(y.colwise().squaredNorm().maxCoeff()),
      twice_x_(place(dim_)) {
  for (Index j = 0; j < y.cols(); ++j) {
    square_[place(j)] = y.col(j).squaredNorm();
    set_price(j, 0);
    float* to = y_.data() + place(j / spatial_leaf * dim_) * leaf + j % spatial_leaf;
    for (Index d = 0; d < dim_; ++d) to[d * spatial_leaf] = static_cast<float>(y(d, j));
  }
}

void BlockSieve::aim(const double* x, double largest_price) {
  square_x_ = 0;
  for (Index d = 0; d < dim_; ++d) {
    square_x_ += x[d] * x[d];
    twice_x_[place(d)] = static_cast<float>(2 * x[d]);
  }
  // Each of dim + 2 operations rounds a number of at most this size by 2^-24 of it, and so do the
  // conversions.
  const double size = square_x_ + 4 * largest_square_ + largest_price;
  error_ = std::ldexp(static_cast<double>(dim_ + 4) * size, -22) +
           static_cast<double>(dim_ + 4) * std::numeric_limits<float>::min();  // underflow
}

bool BlockSieve::passes(Index block, double limit) const {
  const auto above = static_cast<float>(limit - square_x_ + error_);
  if (!(above < std::numeric_limits<float>::max())) return true;
  return scan_.any_below(twice_x_.data(), y_.data() + place(block * dim_) * leaf,
                         offset_.data() + place(block) * leaf, dim_, above);
}

}  // namespace fm
