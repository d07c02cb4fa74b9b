// A library to load before the C library (LD_PRELOAD): the K-th call of one function fails, once.
//   FM_FAULT=write:3        the third write; also fsync, rename, close, open, allocate. close and open count
//                           descriptors for writing only
//   FM_FAULT_FROM=NAME      count from the moment a file whose name ends with NAME is opened
//   FM_FAULT_MARK=FILE      is made when the fault happens
//   FM_FAULT_KILL=before    the call does not fail: SIGKILL ends the process before it, or `after` it
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdarg>
#include <cstdint>
#include <cstdlib>
#include <cstring>

extern "C" {
void* __libc_malloc(std::size_t);
void* __libc_calloc(std::size_t, std::size_t);
void* __libc_realloc(void*, std::size_t);
void* __libc_memalign(std::size_t, std::size_t);
}

namespace {

std::atomic<bool> armed{false};
std::atomic<long> calls{0};

/// Before the first call of main there is no environment to be relied on, and nothing to fail.
__attribute__((constructor)) void start() {
  if (std::getenv("FM_FAULT") && !std::getenv("FM_FAULT_FROM")) armed = true;
}

/// Whether this call of `function` is the one to fail.
bool fails(const char* function) {
  if (!armed) return false;
  const char* const wanted = std::getenv("FM_FAULT");
  const std::size_t length = std::strlen(function);
  if (std::strncmp(wanted, function, length) != 0 || wanted[length] != ':') return false;
  if (++calls != std::atol(wanted + length + 1)) return false;
  if (const char* const mark = std::getenv("FM_FAULT_MARK"))
    syscall(SYS_close, syscall(SYS_open, mark, O_CREAT | O_WRONLY, 0666));
  return true;
}

/// One call of a function, and the fault that it may have.
class Call {
 public:
  explicit Call(const char* function, bool counts = true)
      : hit_(counts && ::fails(function)), kill_(hit_ ? std::getenv("FM_FAULT_KILL") : nullptr) {
    if (kill_ && std::strcmp(kill_, "before") == 0) raise(SIGKILL);
  }
  ~Call() {
    if (kill_) raise(SIGKILL);
  }
  Call(const Call&) = delete;
  bool fails() const { return hit_ && !kill_; }

 private:
  bool hit_;
  const char* kill_;
};

bool for_writing(int descriptor) {
  const long flags = syscall(SYS_fcntl, descriptor, F_GETFL);
  return flags >= 0 && (flags & O_ACCMODE) != O_RDONLY;
}

void look_for_start(const char* path) {
  const char* const from = std::getenv("FM_FAULT_FROM");
  if (!from || armed) return;
  const std::size_t size = std::strlen(path), end = std::strlen(from);
  if (size >= end && std::strcmp(path + size - end, from) == 0) armed = true;
}

int open_file(int folder, const char* path, int flags, mode_t mode) {
  const Call call("open", (flags & O_ACCMODE) != O_RDONLY);
  if (call.fails()) return errno = EMFILE, -1;
  const int descriptor = static_cast<int>(syscall(SYS_openat, folder, path, flags, mode));
  look_for_start(path);
  return descriptor;
}

}  // namespace

extern "C" {

ssize_t write(int descriptor, const void* bytes, std::size_t size) {
  const Call call("write");
  if (call.fails()) return errno = ENOSPC, -1;
  return syscall(SYS_write, descriptor, bytes, size);
}

int fsync(int descriptor) {
  const Call call("fsync");
  if (call.fails()) return errno = EIO, -1;
  return static_cast<int>(syscall(SYS_fsync, descriptor));
}

int renameat2(int from_folder, const char* from, int to_folder, const char* to, unsigned flags) noexcept {
  const Call call("rename");
  if (call.fails()) return errno = EIO, -1;
  return static_cast<int>(syscall(SYS_renameat2, from_folder, from, to_folder, to, flags));
}

int close(int descriptor) {
  const Call call("close", for_writing(descriptor));
  const long status = syscall(SYS_close, descriptor);
  if (call.fails()) return errno = EIO, -1;
  return static_cast<int>(status);
}

int open(const char* path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  const mode_t mode = flags & O_CREAT ? va_arg(rest, mode_t) : 0;
  va_end(rest);
  return open_file(AT_FDCWD, path, flags, mode);
}

int open64(const char* path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  const mode_t mode = flags & O_CREAT ? va_arg(rest, mode_t) : 0;
  va_end(rest);
  return open_file(AT_FDCWD, path, flags, mode);
}

void* malloc(std::size_t size) noexcept {
  if (fails("allocate")) return errno = ENOMEM, nullptr;
  return __libc_malloc(size);
}
void* calloc(std::size_t count, std::size_t size) noexcept {
  if (fails("allocate")) return errno = ENOMEM, nullptr;
  return __libc_calloc(count, size);
}
void* realloc(void* old, std::size_t size) noexcept {
  if (fails("allocate")) return errno = ENOMEM, nullptr;
  return __libc_realloc(old, size);
}
void* aligned_alloc(std::size_t alignment, std::size_t size) noexcept {
  if (fails("allocate")) return errno = ENOMEM, nullptr;
  return __libc_memalign(alignment, size);
}
int posix_memalign(void** block, std::size_t alignment, std::size_t size) noexcept {
  if (fails("allocate")) return ENOMEM;
  *block = __libc_memalign(alignment, size);
  return *block ? 0 : ENOMEM;
}

}  // extern "C"
