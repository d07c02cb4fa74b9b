// Outputs that are never half-written: bytes go to a temporary file beside the target, which replaces it only
// by commit(), after fsync, by rename. Devices, pipes and standard output are written straight. Every write,
// flush, sync, close and rename is checked.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace fm {

/// How a file comes to be.
enum class OutputMode {
  whole,      ///< at once, by commit()
  growing,    ///< under the eyes of its readers: a log, which is of use before it is whole
  continued,  ///< growing from where an existing file ends
};

class Output {
 public:
  /// Opens `path`; "-" is standard output; a name that ends in ".gz" (or ".GZ") is compressed. With `clobber`
  /// false an existing target is a usage error "output-exists". Throws io errors.
  explicit Output(const std::string& path, bool clobber = true);
  /// If `mode` is growing, an existing target is replaced at once.
  Output(const std::string& path, OutputMode mode);
  /// Without commit() the temporary file is removed and the old target stays.
  ~Output();
  Output(Output&&) noexcept;

  /// Appends bytes; buffered. Throws io error "write". A closed pipe is reported as error id "closed-pipe".
  void write(std::string_view bytes);
  /// At commit() `bytes` take the place of the first that were written, as many: a header that counts what
  /// came after it. May be said again. Throws usage error "output-start" where bytes cannot be changed once
  /// they are written: a pipe, a device, a file that is appended to, one that is compressed.
  void replace_start(std::string_view bytes);
  /// Hands all bytes so far to the system (for logs and pipes).
  void flush();
  /// Makes the output whole: flush, fsync, close, rename.
  void commit();

  /// The target's name as in messages; "-" for standard output.
  const std::string& name() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Removes the temporary files of all outputs that are open; their commit() fails from then on. Safe in a
/// signal handler.
void remove_temporaries() noexcept;

/// Whether two names lead to the same existing file (links followed).
bool same_file(const std::string& a, const std::string& b);

/// Writes `bytes` as the whole content of `path` through an Output.
void write_file(const std::string& path, std::string_view bytes);

}  // namespace fm
