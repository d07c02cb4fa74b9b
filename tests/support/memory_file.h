// Files in memory, and compressed ones.
#pragma once

#include <string>
#include <string_view>

namespace fm::test {

/// A file in memory, so that tests of many small files wait for no disk.
class MemoryFile {
 public:
  explicit MemoryFile(std::string_view content = "");
  ~MemoryFile();
  MemoryFile(const MemoryFile&) = delete;
  void write(std::string_view content) const;
  const std::string& name() const { return name_; }

 private:
  int descriptor_;
  std::string name_;
};

/// `bytes` as one member of a gzip file.
std::string gzipped(std::string_view bytes);

}  // namespace fm::test
