#include "io/replayed_input.h"

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <memory>
#include <vector>

#include "io/descriptor.h"

namespace fm {

namespace {

constexpr std::size_t block_bytes = 256 << 10;

void hold_standard_input() {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::tmpfile(), std::fclose);
  if (!file) throw_io_error("open", "create", "a temporary file", errno);
  const int descriptor = fileno(file.get());
  std::vector<char> block(block_bytes);
  while (const std::size_t count = read_some(STDIN_FILENO, block.data(), block.size(), "-"))
    write_all(descriptor, {block.data(), count}, "a temporary file");
  if (::dup2(descriptor, STDIN_FILENO) < 0) throw_io_error("open", "keep", "a temporary file", errno);
}

}  // namespace

ReplayedInput::ReplayedInput(const std::string& path) {
  if (path != "-") return;
  start_ = ::lseek(STDIN_FILENO, 0, SEEK_CUR);
  if (start_ >= 0) return;
  hold_standard_input();
  start_ = 0;
  rewind();
}

void ReplayedInput::rewind() const {
  if (start_ >= 0 && ::lseek(STDIN_FILENO, start_, SEEK_SET) < 0)
    throw_io_error("read", "read again", "-", errno);
}

}  // namespace fm
