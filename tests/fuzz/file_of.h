// Model files as fuzzers change them: the length of the header and the checksum are made right.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

#include "support/sealed.h"

namespace fm::fuzz {

/// The file of a header, up to the first line break of `text`, and the tensors' data behind it.
inline std::string file_of(std::string_view text) {
  const std::string_view header = text.substr(0, text.find('\n'));
  return test::sealed(test::packed(header, text.substr(std::min(text.size(), header.size() + 1))));
}

}  // namespace fm::fuzz
