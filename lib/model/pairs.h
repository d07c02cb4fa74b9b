// Where training takes its pairs (x0, x1) from: source points coupled with rows of the target. Where these
// have bandwidths, x1 stands for the end of the path, row + h x0 (flow/adaptive_path.h).
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/random.h"
#include "core/types.h"
#include "flow/coupling.h"
#include "flow/moments.h"
#include "flow/source.h"

namespace fm {

/// An endless stream of coupled pairs. Rows of the target come in passes, each a fresh permutation of all of
/// them. Rows of weights come in passes of n places, each row in n w_i / sum w of them on the average, and in
/// none by as many as two more or fewer. With a pool, pairs are coupled once, in advance, and then drawn
/// again and again, also in permuted passes.
class PairStream {
 public:
  /// target: n rows, whose points and conditions must outlive this. A PairedSource has n rows, and weights
  /// of its own; then `coupling` is not used, and pairs come in passes in which each occurs in proportion to
  /// its weight. pool: pairs made in advance, at least one pass over the rows; 0: none. `noise` is what the
  /// source's points are drawn for. Throws as Coupler.
  PairStream(const TargetRows& target, const Source& source, const Coupling& coupling, Index pool,
             std::uint64_t seed, Purpose noise = Purpose::training_pairs);

  /// Moments of the pairs: of the pool, or of the first `moment_pairs` of a stream without one.
  Moments moments() const;

  /// Whether pairs come from a pool.
  bool pooled() const { return pool0_.cols() > 0; }
  /// Rows of the target that are in no pair of the pool, which training never sees; 0 without a pool.
  Index unpaired_rows() const { return unpaired_; }
  /// See Coupler.
  std::optional<double> share_error() const { return coupler_.share_error(); }

  /// The next pairs as columns of x0 and x1 (D, B).
  void next(PointsOut x0, PointsOut x1);
  /// The same, with the rows of the target that stand in x1 (B).
  void next(PointsOut x0, PointsOut x1, std::vector<Index>& rows);

  /// Goes on as if next() had been called `calls` times for batch_size pairs each. At the start of a stream
  /// only. Cost that of one block.
  void skip(std::int64_t calls, Index batch_size);

 private:
  /// Indices 0, ..., size-1 again and again, each pass in a new order.
  class Passes {
   public:
    Passes(Index size, Random random) : size_(size), random_(random) {}
    Index next();
    void skip(std::int64_t count);
    const Random& random() const { return random_; }

   private:
    Index size_;
    Random random_;
    std::uint64_t pass_ = 0;
    std::vector<Index> order_;
    std::size_t position_ = 0;
  };

  /// The next new pairs; the rows of the target in x1.
  std::vector<Index> fresh(PointsOut x0, PointsOut x1);
  /// The next pairs without a pool. New ones are made by whole blocks of the coupling, which may be larger
  /// than what is asked for.
  void next_fresh(PointsOut x0, PointsOut x1, std::vector<Index>& rows);
  /// New pairs made at a time where `batch_size` are asked for.
  Index block_size(Index batch_size) const;
  void make_block(Index size);
  std::vector<Index> coupled(PointsOut x0);
  Index next_row(std::uint64_t turn);
  std::vector<Index> given(const PairedSource& pairs, PointsOut x0);

  TargetRows target_;
  Source source_;
  Coupler coupler_;
  Vector shares_;  // (n), running_shares() of the weights; empty: equal ones
  Random noise_;
  Passes rows_, pairs_;
  std::uint64_t drawn_ = 0;  // source points so far
  Points pool0_, pool1_;     // (D, P)
  std::vector<Index> pool_rows_;
  Index unpaired_ = 0;
  Points block0_, block1_;  // (D, size of a block): the latest new pairs, handed out up to block_next_
  std::vector<Index> block_rows_;
  Index block_next_ = 0;
};

}  // namespace fm
