#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "core/error.h"
#include "io/descriptor.h"
#include "io/output.h"

namespace fm {

namespace {

constexpr std::size_t block_bytes = 256 << 10;  // several times a pipe's 64 KiB; stays in the L2 cache

/// Closes at the end of its scope, standard input excepted.
struct Descriptor {
  int number;
  ~Descriptor() {
    if (number > STDIN_FILENO) ::close(number);
  }
};

[[noreturn]] void too_large(const std::string& path, std::size_t max_bytes) {
  throw limit_error(
      "too-large",
      in_quotes(path) + " has more than " + std::to_string(max_bytes) + " bytes, the most allowed", {path});
}

}  // namespace

std::string read_file(const std::string& path, std::size_t max_bytes) {
  const Descriptor file{path == "-" ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  struct stat status = {};
  if (file.number < 0 || ::fstat(file.number, &status) != 0) throw_io_error("open", "read", path, errno);
  if (S_ISDIR(status.st_mode))
    throw io_error("directory", "cannot read " + in_quotes(path) + ": it is a folder", {path});
  const std::size_t expected = S_ISREG(status.st_mode) ? static_cast<std::size_t>(status.st_size) : 0;
  if (expected > max_bytes) too_large(path, max_bytes);
  std::string bytes(expected + 1, '\0');  // one more, so that the end shows without growing
  for (std::size_t size = 0;;) {
    if (size == bytes.size()) bytes.resize(size + std::max(size, block_bytes));
    const ssize_t count = ::read(file.number, bytes.data() + size, bytes.size() - size);
    if (count < 0 && errno != EINTR) throw_io_error("read", "read", path, errno);
    if (count > 0) size += static_cast<std::size_t>(count);
    if (size > max_bytes) too_large(path, max_bytes);
    if (count != 0) continue;
    bytes.resize(size);
    return bytes;
  }
}

}  // namespace fm
