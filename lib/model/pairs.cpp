#include "model/pairs.h"

#include <algorithm>

#include "core/numeric.h"

namespace fm {

Index PairStream::Passes::next() {
  if (position_ == order_.size()) {
    order_ = random_permutation(random_.row(pass_++), size_);
    position_ = 0;
  }
  return order_[position_++];
}

void PairStream::Passes::skip(std::int64_t count) {
  if (count == 0) return;
  pass_ = static_cast<std::uint64_t>((count - 1) / size_);  // the pass of the last index that is skipped
  order_ = random_permutation(random_.row(pass_++), size_);
  position_ = static_cast<std::size_t>((count - 1) % size_ + 1);
}

namespace {

/// Enough that the standard error of a correlation is below 1 %.
constexpr Index moment_pairs = 20000;

/// Rows of Purpose::row_passes from here on hold positions of weighted rows, those below the passes.
constexpr std::uint64_t offset_rows = std::uint64_t{1} << 63;

}  // namespace

PairStream::PairStream(const TargetRows& target, const Source& source, const Coupling& coupling, Index pool,
                       std::uint64_t seed, Purpose noise)
    : target_(target),
      source_(source),
      coupler_(std::holds_alternative<PairedSource>(source) ? Independent{} : coupling, target, source, seed),
      shares_(target.weights.size() > 0 ? running_shares(target.weights) : Vector()),
      noise_{seed, noise},
      rows_(target.points.cols(), {seed, Purpose::row_passes}),
      pairs_(std::max(pool, target.points.cols()), {seed, Purpose::pair_passes}) {
  if (pool == 0) return;
  const Index size = std::max(pool, target.points.cols());
  pool0_.resize(target.points.rows(), size);
  pool1_.resize(target.points.rows(), size);
  std::vector<bool> paired(static_cast<std::size_t>(target.points.cols()));
  pool_rows_ = fresh(pool0_, pool1_);
  for (const Index row : pool_rows_) paired[static_cast<std::size_t>(row)] = true;
  unpaired_ = std::count(paired.begin(), paired.end(), false);
}

Moments PairStream::moments() const {
  if (pooled()) return pair_moments(pool0_, pool1_);
  PairStream copy = *this;
  Points x0(target_.points.rows(), moment_pairs), x1(target_.points.rows(), moment_pairs);
  copy.fresh(x0, x1);
  return pair_moments(x0, x1);
}

std::vector<Index> PairStream::fresh(PointsOut x0, PointsOut x1) {
  const auto* const pairs = std::get_if<PairedSource>(&source_);
  std::vector<Index> rows = pairs ? given(*pairs, x0) : coupled(x0);
  drawn_ += static_cast<std::uint64_t>(x0.cols());
  for (Index n = 0; n < x1.cols(); ++n) {
    const Index row = rows[static_cast<std::size_t>(n)];
    x1.col(n) = target_.points.col(row);
    if (target_.bandwidths.size() > 0) x1.col(n) += target_.bandwidths(row) * x0.col(n);
  }
  return rows;
}

std::vector<Index> PairStream::coupled(PointsOut x0) {
  draw_source(source_, noise_, drawn_, x0);
  std::vector<Index> turn(static_cast<std::size_t>(x0.cols()));
  for (std::size_t n = 0; n < turn.size(); ++n) turn[n] = next_row(drawn_ + n);
  return coupler_.rows(x0, turn, drawn_);
}

/// One position in each of the n equal parts of [0, 1] a pass, as for given pairs.
Index PairStream::next_row(std::uint64_t turn) {
  const Index place = rows_.next();
  if (shares_.size() == 0) return place;
  const double offset = rows_.random().row(offset_rows + turn).uniform();
  return place_at(shares_,
                  (static_cast<double>(place) + offset) / static_cast<double>(target_.points.cols()));
}

std::vector<Index> PairStream::given(const PairedSource& pairs, PointsOut x0) {
  std::vector<Index> rows;
  for (Index n = 0; n < x0.cols(); ++n) {
    Draws draws = noise_.row(drawn_ + static_cast<std::uint64_t>(n));
    // One position in each of the n equal parts of [0, 1] a pass: where weights are equal, one pair.
    const double position = static_cast<double>(rows_.next()) + draws.uniform();
    rows.push_back(pairs.row_at(position / static_cast<double>(target_.points.cols())));
    for (Index d = 0; d < x0.rows(); ++d)
      x0(d, n) = pairs.points(d, rows.back()) + pairs.jitter_std(d) * draws.normal();
  }
  return rows;
}

void PairStream::next(PointsOut x0, PointsOut x1) {
  std::vector<Index> rows;
  next(x0, x1, rows);
}

void PairStream::next(PointsOut x0, PointsOut x1, std::vector<Index>& rows) {
  rows.resize(static_cast<std::size_t>(x0.cols()));
  if (!pooled()) return next_fresh(x0, x1, rows);
  for (Index n = 0; n < x0.cols(); ++n) {
    const Index pair = pairs_.next();
    x0.col(n) = pool0_.col(pair);
    x1.col(n) = pool1_.col(pair);
    rows[static_cast<std::size_t>(n)] = pool_rows_[static_cast<std::size_t>(pair)];
  }
}

Index PairStream::block_size(Index batch_size) const {
  const Index block = coupler_.block();
  return (batch_size + block - 1) / block * block;
}

void PairStream::make_block(Index size) {
  block0_.resize(target_.points.rows(), size);
  block1_.resize(target_.points.rows(), size);
  block_rows_ = fresh(block0_, block1_);
  block_next_ = 0;
}

void PairStream::next_fresh(PointsOut x0, PointsOut x1, std::vector<Index>& rows) {
  for (Index done = 0; done < x0.cols();) {
    if (block_next_ == block0_.cols()) make_block(block_size(x0.cols()));
    const Index count = std::min(x0.cols() - done, block0_.cols() - block_next_);
    x0.middleCols(done, count) = block0_.middleCols(block_next_, count);
    x1.middleCols(done, count) = block1_.middleCols(block_next_, count);
    std::copy_n(block_rows_.begin() + block_next_, count, rows.begin() + done);
    block_next_ += count;
    done += count;
  }
}

void PairStream::skip(std::int64_t calls, Index batch_size) {
  const std::int64_t pairs = calls * batch_size;
  if (pooled()) return pairs_.skip(pairs);
  if (pairs == 0) return;
  const Index size = block_size(batch_size);
  const std::int64_t whole_blocks = (pairs - 1) / size;  // before the one that holds the last pair
  drawn_ = static_cast<std::uint64_t>(whole_blocks * size);
  rows_.skip(whole_blocks * size);
  make_block(size);
  block_next_ = pairs - whole_blocks * size;
}

}  // namespace fm
