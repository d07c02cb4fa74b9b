#include "core/memory_limit.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>

namespace fm {

namespace {

/// Of the thread that asks, as new threads get it.
std::int64_t stack_bytes() {
  constexpr std::int64_t usual = 8 << 20;
  rlimit stack{};
  if (getrlimit(RLIMIT_STACK, &stack) != 0 || stack.rlim_cur == RLIM_INFINITY) return usual;
  return static_cast<std::int64_t>(stack.rlim_cur);
}

}  // namespace

std::int64_t machine_memory() {
  std::int64_t bytes = static_cast<std::int64_t>(sysconf(_SC_PHYS_PAGES)) * sysconf(_SC_PAGESIZE);
  for (const char* const name :
       {"/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"}) {
    std::int64_t granted = 0;
    if (std::ifstream file(name); file >> granted) bytes = std::min(bytes, granted);  // "max": no limit
  }
  return bytes;
}

void limit_memory(std::int64_t bytes, int threads) {
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  rlimit data{};
  if (getrlimit(RLIMIT_DATA, &data) != 0) return;
  data.rlim_cur =
      std::min(data.rlim_max, static_cast<rlim_t>(bytes + (threads > 1 ? threads * stack_bytes() : 0)));
  setrlimit(RLIMIT_DATA, &data);
#else
  (void)bytes, (void)threads, (void)stack_bytes;
#endif
}

}  // namespace fm
