// Where training takes its pairs (x0, x1) from: source points coupled with rows of the target.
#pragma once

#include <cstdint>
#include <vector>

#include "core/random.h"
#include "core/types.h"
#include "flow/coupling.h"
#include "flow/moments.h"
#include "flow/source.h"

namespace fm {

/// An endless stream of coupled pairs. Rows of the target come in passes, each a fresh permutation of all of
/// them. With a pool, pairs are coupled once, in advance, and then drawn again and again, also in permuted
/// passes.
class PairStream {
 public:
  /// target (D, n), n >= 1; must outlive this. pool: pairs made in advance, at least one pass over the rows;
  /// 0: none. `noise` is what the source's points are drawn for.
  PairStream(PointsIn target, const Source& source, const Coupling& coupling, Index pool, std::uint64_t seed,
             Purpose noise = Purpose::training_pairs);

  /// Moments of the pairs: of the pool, or of the first `moment_pairs` of a stream without one.
  Moments moments() const;

  /// The next pairs as columns of x0 and x1 (D, B).
  void next(PointsOut x0, PointsOut x1);

 private:
  /// Indices 0, ..., size-1 again and again, each pass in a new order.
  class Passes {
   public:
    Passes(Index size, Random random) : size_(size), random_(random) {}
    Index next();

   private:
    Index size_;
    Random random_;
    std::uint64_t pass_ = 0;
    std::vector<Index> order_;
    std::size_t position_ = 0;
  };

  void fresh(PointsOut x0, PointsOut x1);

  PointsIn target_;
  Source source_;
  Coupling coupling_;
  Random noise_;
  Passes rows_, pairs_;
  std::uint64_t drawn_ = 0;  // source points so far
  Points pool0_, pool1_;     // (D, P)
};

}  // namespace fm
