#include "io/temporary_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include "core/error.h"
#include "io/descriptor.h"
#include "io/output.h"

namespace fm {

namespace {

constexpr int max_outputs = 64;
constexpr mode_t all_read_write = 0666;
constexpr mode_t permissions = 0777;
constexpr std::size_t max_stem = NAME_MAX - 32;  // room for the dots, two numbers and "tmp"

/// The folder part of `path`, "." if it has none.
std::string folder_of(const std::string& path) {
  const std::string folder = std::filesystem::path(path).parent_path().string();
  return folder.empty() ? "." : folder;
}

/// The name of attempt number `attempt`: a file of that name may be left from a process that was killed.
std::string temporary_name(const std::string& target, int attempt) {
  const std::string stem = std::filesystem::path(target).filename().string().substr(0, max_stem);
  const std::string number = attempt == 0 ? "" : "." + std::to_string(attempt);
  return folder_of(target) + "/." + stem + "." + std::to_string(::getpid()) + number + ".tmp";
}

void sync_folder(const std::string& folder, const std::string& name) {
  int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0 && errno == EACCES) return;  // a folder that may be written but not read
  if (descriptor < 0) throw_write_error(name, errno);
  try {
    sync_descriptor(descriptor, name);
  } catch (...) {
    ::close(descriptor);
    throw;
  }
  close_checked(descriptor, name);
}

}  // namespace

// What a signal handler must find without a lock or an allocation: a fixed table.
struct TemporaryFile::Slot {
  enum State { free, busy, used };
  std::atomic<State> state = free;
  char path[PATH_MAX] = {};
};
TemporaryFile::Slot TemporaryFile::slots[max_outputs];

void remove_temporaries() noexcept {
  static_assert(std::atomic<TemporaryFile::Slot::State>::is_always_lock_free);
  const int saved = errno;
  for (TemporaryFile::Slot& slot : TemporaryFile::slots) {
    auto expected = TemporaryFile::Slot::used;
    if (slot.state.compare_exchange_strong(expected, TemporaryFile::Slot::busy)) ::unlink(slot.path);
  }
  errno = saved;
}

void throw_output_exists(const std::string& name) {
  throw usage_error("output-exists", in_quotes(name) + " exists already",
                    "choose another name, or leave out --no-clobber");
}

TemporaryFile::TemporaryFile(std::string target, const std::string& name)
    : target_(std::move(target)), name_(name) {
  for (Slot& slot : slots) {
    auto expected = Slot::free;
    if (!slot.state.compare_exchange_strong(expected, Slot::busy)) continue;
    slot_ = &slot;
    break;
  }
  if (!slot_)
    throw limit_error("too-many-outputs", "more than " + std::to_string(max_outputs) + " outputs at once",
                      {name});
  try {
    create();
  } catch (...) {
    forget();
    throw;
  }
}

void TemporaryFile::create() {
  struct stat old = {};
  const bool replaces = ::stat(target_.c_str(), &old) == 0;
  // A name that no file can have is refused now, not when the work is done and the file is to be renamed.
  if (!replaces && errno != ENOENT) throw_io_error("open", "write", name_, errno);
  // Renaming asks only the folder; a file that is protected against writing must stay all the same.
  if (replaces && ::access(target_.c_str(), W_OK) != 0) throw_io_error("open", "write", name_, errno);
  for (int attempt = 0; descriptor_ < 0; ++attempt) {
    path_ = temporary_name(target_, attempt);
    if (path_.size() >= sizeof slot_->path) throw_io_error("open", "write", name_, ENAMETOOLONG);
    std::memcpy(slot_->path, path_.c_str(), path_.size() + 1);
    slot_->state = Slot::used;  // before the file exists: a signal may come at any moment
    descriptor_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, all_read_write);
    if (descriptor_ >= 0) break;
    const int error = errno;
    path_.clear();
    slot_->state = Slot::busy;
    if (error != EEXIST) {
      if (error == ENOENT)
        throw io_error("open",
                       "cannot write " + in_quotes(name_) + ": no folder " + in_quotes(folder_of(target_)),
                       {name_}, "make the folder first: mkdir -p");
      throw_io_error("open", "write", name_, error);
    }
  }
  if (replaces) take_over(old);
}

void TemporaryFile::take_over(const struct ::stat& old) const {
  // Only root can give a file away; for others the new file is their own, as with any editor.
  struct stat fresh = {};
  const bool other_owner =
      ::fstat(descriptor_, &fresh) == 0 && (fresh.st_uid != old.st_uid || fresh.st_gid != old.st_gid);
  const bool same_group = !other_owner || ::fchown(descriptor_, old.st_uid, old.st_gid) == 0;
  // A right that was meant for another group is not given to ours.
  const mode_t mode = old.st_mode & (same_group ? permissions : permissions & ~mode_t{S_IRWXG});
  if (::fchmod(descriptor_, mode) != 0 && errno != EPERM) throw_write_error(name_, errno);
}

TemporaryFile::~TemporaryFile() {
  forget();
}

void TemporaryFile::forget() noexcept {
  if (descriptor_ >= 0) ::close(descriptor_);
  descriptor_ = -1;
  if (!path_.empty()) ::unlink(path_.c_str());
  path_.clear();
  if (slot_) slot_->state = Slot::free;
  slot_ = nullptr;
}

void TemporaryFile::replace_target(bool clobber) {
  sync_descriptor(descriptor_, name_);
  close_checked(descriptor_, name_);
  const unsigned flags = clobber ? 0 : RENAME_NOREPLACE;
  int status = ::renameat2(AT_FDCWD, path_.c_str(), AT_FDCWD, target_.c_str(), flags);
  // A file system that cannot refuse by itself: the test at opening has to do.
  if (status != 0 && (errno == EINVAL || errno == ENOSYS)) status = ::rename(path_.c_str(), target_.c_str());
  if (status != 0 && errno == EEXIST) throw_output_exists(name_);
  if (status != 0) throw_write_error(name_, errno);
  path_.clear();
  sync_folder(folder_of(target_), name_);
}

}  // namespace fm
