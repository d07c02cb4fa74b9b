#include "model/pairs_ahead.h"

#include <system_error>

#include "core/parallel.h"

namespace fm {

PairsAhead::PairsAhead(PairStream& stream, Index dim, Index batch_size) : stream_(stream) {
  if (stream.pooled() || threads() == 1) return;
  for (Batch& batch : batches_) batch = {Points(dim, batch_size), Points(dim, batch_size), {}, {}};
  try {
    thread_ = std::thread([this] { read_ahead(); });
  } catch (const std::system_error&) {
    // The system grants no thread: pairs are made when it is their turn.
  }
}

PairsAhead::~PairsAhead() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void PairsAhead::read_ahead() {
  const InlineChunks one_thread;  // the others train
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return stop_ || made_ - taken_ < batches_.size(); });
    if (stop_) return;
    Batch& batch = batches_[made_ % batches_.size()];
    lock.unlock();
    try {
      stream_.next(batch.x0, batch.x1, batch.rows);
    } catch (...) {
      batch.failure = std::current_exception();
    }
    lock.lock();
    ++made_;
    changed_.notify_all();
    if (batch.failure) return;
  }
}

void PairsAhead::next(Points& x0, Points& x1, std::vector<Index>& rows) {
  if (!thread_.joinable()) {
    stream_.next(x0, x1, rows);
    return;
  }
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return made_ > taken_; });
  Batch& batch = batches_[taken_ % batches_.size()];
  if (batch.failure) std::rethrow_exception(batch.failure);
  x0.swap(batch.x0);
  x1.swap(batch.x1);
  rows.swap(batch.rows);
  ++taken_;
  changed_.notify_all();
}

}  // namespace fm
