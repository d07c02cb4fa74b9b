// An input that can be read more than once, standard input too.
#pragma once

#include <cstdint>
#include <string>

namespace fm {

class ReplayedInput {
 public:
  /// For "-", a standard input that cannot go back is read to its end into a file without a name, which takes
  /// its place and stands at its start. Throws io errors "open", "read", "write".
  explicit ReplayedInput(const std::string& path);

  /// To be called before each reading but the first: standard input stands where it stood at first.
  void rewind() const;

 private:
  std::int64_t start_ = -1;  // of standard input; -1: the input is a file
};

}  // namespace fm
