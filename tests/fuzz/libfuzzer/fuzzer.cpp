// One reader (FM_READER, a function of readers.h) under libFuzzer, which changes inputs and keeps those that
// reach new code. Memory is counted: an input may not have a reader ask for much more than it is long.
#include <sanitizer/allocator_interface.h>

#include <atomic>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "fuzz/readers.h"

namespace {

constexpr std::int64_t per_byte = 16, beside = std::int64_t{64} << 20;

std::atomic<std::int64_t> in_use = 0, most = 0;

void count_new(const volatile void*, std::size_t size) {
  const std::int64_t now = in_use += static_cast<std::int64_t>(size);
  if (now > most) most = now;
}

void count_free(const volatile void* block) {
  if (block != nullptr)
    in_use -= static_cast<std::int64_t>(__sanitizer_get_allocated_size(const_cast<const void*>(block)));
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  __sanitizer_install_malloc_and_free_hooks(count_new, count_free);
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::int64_t before = in_use;
  most = before;
  fm::fuzz::FM_READER({reinterpret_cast<const char*>(data), size});
  const std::int64_t asked = most - before;
  if (asked > per_byte * static_cast<std::int64_t>(size) + beside) {
    std::fprintf(stderr, "too much memory: %lld bytes for an input of %zu\n", static_cast<long long>(asked),
                 size);
    std::abort();
  }
  return 0;
}
