// Runs the real programs: standard streams, exit code, signal. And a folder of its own for each test.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace fm::test {

struct Result {
  int code = -1;   // exit code, -1 if ended by a signal
  int signal = 0;  // signal that ended it, 0 for none
  std::string out;
  std::string err;
};

/// A folder that is removed at the end of the test.
class Folder {
 public:
  Folder();
  ~Folder();
  Folder(const Folder&) = delete;
  std::string operator/(const std::string& name) const { return (path_ / name).string(); }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

void write_text(const std::string& path, const std::string& text);
std::string read_text(const std::string& path);

/// Runs `command` by /bin/bash (pipefail) in `folder` with the built programs first on PATH. `input` is
/// standard input.
Result shell(const Folder& folder, const std::string& command, const std::string& input = "");

/// Lines of text, without their line ends.
std::vector<std::string> lines_of(const std::string& text);

}  // namespace fm::test
