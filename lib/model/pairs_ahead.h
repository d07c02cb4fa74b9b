// Pairs for the next steps, coupled on a thread of their own while the network trains.
#pragma once

#include <array>
#include <condition_variable>
#include <cstdint>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

#include "core/types.h"
#include "model/pairs.h"

namespace fm {

/// Hands out what PairStream::next() would, bit for bit, in the same order. A stream without a pool is read
/// ahead by a few batches if threads() > 1; one with a pool, which only copies, is asked when it is its turn.
class PairsAhead {
 public:
  /// `stream` must outlive this, and belongs to it while it lives. Pairs of `dim` rows, `batch_size` at a
  /// time.
  PairsAhead(PairStream& stream, Index dim, Index batch_size);
  ~PairsAhead();
  PairsAhead(const PairsAhead&) = delete;
  PairsAhead& operator=(const PairsAhead&) = delete;

  /// The next pairs, columns of x0 and x1 (dim, batch_size), and their rows of the target. Throws what the
  /// stream threw for them: an error of a batch that nobody asks for stays unheard.
  void next(Points& x0, Points& x1, std::vector<Index>& rows);

 private:
  struct Batch {
    Points x0, x1;
    std::vector<Index> rows;
    std::exception_ptr failure;
  };
  void read_ahead();

  PairStream& stream_;
  // Batch k of the stream stands in batches_[k % size]: [taken_, made_) are ready.
  std::array<Batch, 4> batches_;
  std::uint64_t taken_ = 0, made_ = 0;
  bool stop_ = false;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace fm
