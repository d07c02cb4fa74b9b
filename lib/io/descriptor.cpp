#include "io/descriptor.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "core/error.h"

namespace fm {

namespace {

/// What helps against `error`; "" if the system's own words say all.
std::string hint_of(int error) {
  if (error == ENOSPC || error == EDQUOT) return "make room there (df -h), or name an output elsewhere";
  if (error == EACCES || error == EPERM || error == EROFS)
    return "see the permissions of the file and its folder: ls -ld";
  return {};
}

/// Waits where a descriptor that came to us non-blocking has nothing to give or no room.
void wait_for(int descriptor, short event) {
  pollfd request = {descriptor, event, 0};
  ::poll(&request, 1, -1);
}

}  // namespace

void throw_io_error(const std::string& id, const std::string& action, const std::string& name, int error) {
  throw io_error(id, "cannot " + action + " " + in_quotes(name) + ": " + std::strerror(error), {name},
                 hint_of(error));
}

void throw_write_error(const std::string& name, int error) {
  throw_io_error(error == EPIPE ? "closed-pipe" : "write", "write", name, error);
}

int open_for_reading(const std::string& path) {
  const int descriptor = path == "-" ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  struct stat status = {};
  if (descriptor < 0 || ::fstat(descriptor, &status) != 0) throw_io_error("open", "read", path, errno);
  if (!S_ISDIR(status.st_mode)) return descriptor;
  if (descriptor != STDIN_FILENO) ::close(descriptor);
  throw io_error("directory", "cannot read " + in_quotes(path) + ": it is a folder", {path},
                 "name a file inside it");
}

std::size_t read_some(int descriptor, void* into, std::size_t size, const std::string& name) {
  for (;;) {
    const ssize_t count = ::read(descriptor, into, size);
    if (count >= 0) return static_cast<std::size_t>(count);
    if (errno == EAGAIN)
      wait_for(descriptor, POLLIN);
    else if (errno != EINTR)
      throw_io_error("read", "read", name, errno);
  }
}

void write_all(int descriptor, std::string_view bytes, const std::string& name) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(descriptor, bytes.data(), bytes.size());
    if (count >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(count));
    } else if (errno == EAGAIN) {
      wait_for(descriptor, POLLOUT);
    } else if (errno != EINTR) {
      throw_write_error(name, errno);
    }
  }
}

void write_all_at(int descriptor, std::string_view bytes, std::int64_t offset, const std::string& name) {
  while (!bytes.empty()) {
    const ssize_t count = ::pwrite(descriptor, bytes.data(), bytes.size(), offset);
    if (count < 0 && errno != EINTR) throw_write_error(name, errno);
    if (count < 0) continue;
    bytes.remove_prefix(static_cast<std::size_t>(count));
    offset += count;
  }
}

void sync_descriptor(int descriptor, const std::string& name) {
  // EINVAL: a file system that keeps nothing back and so has nothing to sync.
  if (::fsync(descriptor) != 0 && errno != EINVAL) throw_write_error(name, errno);
}

void close_checked(int& descriptor, const std::string& name) {
  const int closing = descriptor;
  descriptor = -1;  // Linux frees the number whatever close returns
  if (::close(closing) != 0 && errno != EINTR) throw_write_error(name, errno);
}

int duplicate_writable(int descriptor, const std::string& name) {
  const int mode = ::fcntl(descriptor, F_GETFL);
  if (mode < 0 || (mode & O_ACCMODE) == O_RDONLY) throw_write_error(name, EBADF);
  const int copy = ::fcntl(descriptor, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
  if (copy < 0) throw_write_error(name, errno);
  return copy;
}

}  // namespace fm
