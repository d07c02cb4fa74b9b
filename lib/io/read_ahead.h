// Bytes that a thread of its own makes ready while those before them are used: a ring of a few blocks.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>

namespace fm {

class ReadAhead {
 public:
  /// Reads between 1 and `size` bytes into `into`; 0 at the end. Called on the thread until it gives 0 or
  /// throws. It must not wait for long: the destructor waits for it.
  using Read = std::function<std::size_t(char* into, std::size_t size)>;

  /// Throws std::system_error if the system grants no thread.
  explicit ReadAhead(Read read);
  ~ReadAhead();

  /// The same bytes, between 1 and `size`, 0 at the end; what the thread's reading threw, after what it gave
  /// before. Memory: a ring of 1 MiB.
  std::size_t read(char* into, std::size_t size);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace fm
