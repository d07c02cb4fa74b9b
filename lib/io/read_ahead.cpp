#include "io/read_ahead.h"

#include <algorithm>
#include <array>
#include <condition_variable>
#include <cstring>
#include <exception>
#include <mutex>
#include <thread>
#include <utility>

namespace fm {

namespace {

constexpr std::size_t block_bytes = 256 << 10;  // stays in the L2 cache, amortises the hand-over
constexpr std::size_t ring_blocks = 4;

struct Block {
  std::unique_ptr<char[]> bytes = std::make_unique_for_overwrite<char[]>(block_bytes);
  std::size_t size = 0;
};

}  // namespace

/// Blocks [used, made) are ready; those beside them are the thread's to fill. All under the mutex, but for
/// the bytes of blocks.
struct ReadAhead::State {
  explicit State(Read read) : source(std::move(read)) {}

  Read source;
  std::array<Block, ring_blocks> ring = {};
  std::size_t made = 0, used = 0;  // counted from the start; modulo ring_blocks in the ring
  bool at_end = false;             // nothing is made any more
  bool stop = false;               // nothing is wanted any more
  std::exception_ptr failure = {};
  std::mutex mutex = {};
  std::condition_variable changed = {};
  std::size_t taken = 0;  // of the block `used`, by the reader alone
  std::thread thread = {};

  Block& block(std::size_t number) { return ring[number % ring_blocks]; }

  void make() {
    std::unique_lock lock(mutex);
    while (!at_end) {
      changed.wait(lock, [this] { return stop || made - used < ring_blocks; });
      if (stop) return;
      Block& next = block(made);
      lock.unlock();
      std::exception_ptr thrown;
      try {
        next.size = source(next.bytes.get(), block_bytes);
      } catch (...) {
        thrown = std::current_exception();
      }
      lock.lock();
      failure = thrown;
      at_end = thrown || next.size == 0;
      if (!at_end) ++made;
      changed.notify_one();
    }
  }
};

ReadAhead::ReadAhead(Read read) : state_(std::make_unique<State>(std::move(read))) {
  state_->thread = std::thread([s = state_.get()] { s->make(); });
}

ReadAhead::~ReadAhead() {
  {
    const std::lock_guard lock(state_->mutex);
    state_->stop = true;
  }
  state_->changed.notify_one();
  state_->thread.join();
}

std::size_t ReadAhead::read(char* into, std::size_t size) {
  State& s = *state_;
  {
    std::unique_lock lock(s.mutex);
    s.changed.wait(lock, [&s] { return s.at_end || s.made > s.used; });
    if (s.made == s.used) {
      if (s.failure) std::rethrow_exception(s.failure);
      return 0;
    }
  }
  const Block& block = s.block(s.used);
  const std::size_t count = std::min(size, block.size - s.taken);
  std::memcpy(into, block.bytes.get() + s.taken, count);
  s.taken += count;
  if (s.taken < block.size) return count;
  s.taken = 0;
  {
    const std::lock_guard lock(s.mutex);
    ++s.used;
  }
  s.changed.notify_one();
  return count;
}

}  // namespace fm
