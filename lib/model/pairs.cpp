#include "model/pairs.h"

#include <algorithm>

namespace fm {

Index PairStream::Passes::next() {
  if (position_ == order_.size()) {
    order_ = random_permutation(random_.row(pass_++), size_);
    position_ = 0;
  }
  return order_[position_++];
}

namespace {

/// Enough that the standard error of a correlation is below 1 %.
constexpr Index moment_pairs = 20000;

}  // namespace

PairStream::PairStream(PointsIn target, const Source& source, const Coupling& coupling, Index pool,
                       std::uint64_t seed, Purpose noise)
    : target_(target),
      source_(source),
      coupling_(coupling),
      noise_{seed, noise},
      rows_(target.cols(), {seed, Purpose::row_passes}),
      pairs_(std::max(pool, target.cols()), {seed, Purpose::pair_passes}) {
  if (pool == 0) return;
  const Index size = std::max(pool, target.cols());
  pool0_.resize(target.rows(), size);
  pool1_.resize(target.rows(), size);
  fresh(pool0_, pool1_);
}

Moments PairStream::moments() const {
  if (pool0_.cols() > 0) return pair_moments(pool0_, pool1_);
  PairStream copy = *this;
  Points x0(target_.rows(), moment_pairs), x1(target_.rows(), moment_pairs);
  copy.fresh(x0, x1);
  return pair_moments(x0, x1);
}

void PairStream::fresh(PointsOut x0, PointsOut x1) {
  draw_source(source_, noise_, drawn_, x0);
  drawn_ += static_cast<std::uint64_t>(x0.cols());
  Points rows(x1.rows(), x1.cols());
  for (Index n = 0; n < rows.cols(); ++n) rows.col(n) = target_.col(rows_.next());
  const std::vector<Index> partner = couple(coupling_, x0, rows);
  for (Index n = 0; n < x1.cols(); ++n) x1.col(n) = rows.col(partner[static_cast<std::size_t>(n)]);
}

void PairStream::next(PointsOut x0, PointsOut x1) {
  if (pool0_.cols() == 0) return fresh(x0, x1);
  for (Index n = 0; n < x0.cols(); ++n) {
    const Index pair = pairs_.next();
    x0.col(n) = pool0_.col(pair);
    x1.col(n) = pool1_.col(pair);
  }
}

}  // namespace fm
