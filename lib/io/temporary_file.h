// A file that is written beside its target under a name of its own and takes the target's place only when it
// is whole and on the medium. What ends before, by exception or by signal, leaves the target as it was.
#pragma once

#include <sys/stat.h>

#include <sys/stat.h>

#include <atomic>
#include <string>

namespace fm {

class TemporaryFile {
 public:
  /// Creates `.NAME.PID.tmp` in the folder of `target`, with the owner and mode of an existing target, else
  /// 0666 less the umask. Throws io error "open", or limit error "too-many-outputs" above 64 at once.
  explicit TemporaryFile(std::string target, const std::string& name);
  /// Removes the file unless it has replaced the target.
  ~TemporaryFile();
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  int descriptor() const { return descriptor_; }
  /// Syncs and closes the file, gives it the target's name, syncs the folder. Without `clobber` a target
  /// that has come to exist in the meantime stays: usage error "output-exists".
  void replace_target(bool clobber);

 private:
  struct Slot;
  static Slot slots[];
  friend void remove_temporaries() noexcept;

  void create();
  void take_over(const struct ::stat& old) const;
  void forget() noexcept;

  std::string target_;
  std::string name_;  // of the target, as in messages
  std::string path_;
  Slot* slot_ = nullptr;
  int descriptor_ = -1;
};

[[noreturn]] void throw_output_exists(const std::string& name);

}  // namespace fm
