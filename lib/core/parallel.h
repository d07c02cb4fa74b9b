// Deterministic parallel-for: work is cut into fixed chunks that do not depend on the number of threads. A
// caller that reduces keeps one partial result a chunk and adds them in the order of the chunks; then any
// number of threads gives the same bits.
#pragma once

#include <functional>

#include "core/types.h"

namespace fm {

/// CPUs this process may use: the smaller of its affinity mask and its cgroup's CPU quota, at least 1.
int available_threads();

/// Threads that `parallel_chunks` uses from now on, at least 1. Not to be called while it runs.
void set_threads(int count);
int threads();

/// Calls body(begin, end, chunk) for the chunks [0, chunk_size), [chunk_size, 2 chunk_size), ... of [0,
/// count), on up to threads() threads, and returns when all are done. Calls from inside a body run inline. If
/// bodies throw, the exception of the lowest chunk is rethrown.
void parallel_chunks(Index count, Index chunk_size, const std::function<void(Index, Index, Index)>& body);

/// The same for a body of any type, without the memory that a std::function would take for its captures.
template <class Body>
void parallel_chunks(Index count, Index chunk_size, const Body& body) {
  const std::function<void(Index, Index, Index)> by_reference = std::cref(body);
  parallel_chunks(count, chunk_size, by_reference);
}

/// While one lives, parallel_chunks() runs inline on this thread: for a thread that works beside those that
/// share chunks.
class InlineChunks {
 public:
  InlineChunks();
  ~InlineChunks();
  InlineChunks(const InlineChunks&) = delete;
  InlineChunks& operator=(const InlineChunks&) = delete;

 private:
  bool before_;
};

/// How many chunks that makes.
constexpr Index chunk_count(Index count, Index chunk_size) {
  return (count + chunk_size - 1) / chunk_size;
}

}  // namespace fm
