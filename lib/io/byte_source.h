// Bytes of a file or of standard input, decompressed if they are gzip. What is read is decided by the first
// two bytes, never by the name.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

namespace fm {

class ByteSource {
 public:
  /// Opens `path`; "-" is standard input. Throws io errors "open", "directory", "read".
  explicit ByteSource(const std::string& path);
  ~ByteSource();
  ByteSource(ByteSource&&) noexcept;

  /// Reads between 1 and `size` bytes, as soon as there are any; 0 only at the end. Throws io error "read"
  /// and data error "gzip" for compressed data that is damaged or ends early.
  std::size_t read(char* into, std::size_t size);

  bool compressed() const;
  /// As in messages.
  const std::string& name() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace fm
