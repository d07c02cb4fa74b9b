#include "io/read_file.h"

#include <algorithm>

#include "core/error.h"
#include "io/byte_source.h"

namespace fm {

namespace {

constexpr std::size_t block_bytes = 256 << 10;  // several times a pipe's 64 KiB; stays in the L2 cache

}  // namespace

std::string read_file(const std::string& path, std::size_t max_bytes) {
  ByteSource source(path);
  std::string bytes;
  for (std::size_t size = 0;;) {
    if (size == bytes.size()) bytes.resize(size + std::max(size, block_bytes));
    const std::size_t count = source.read(bytes.data() + size, bytes.size() - size);
    size += count;
    if (size > max_bytes)
      throw limit_error(
          "too-large",
          in_quotes(path) + " has more than " + std::to_string(max_bytes) + " bytes, the most allowed",
          {path});
    if (count > 0) continue;
    bytes.resize(size);
    return bytes;
  }
}

}  // namespace fm
