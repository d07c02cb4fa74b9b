// A file of bounded size as a whole: models and configurations.
#pragma once

#include <cstddef>
#include <string>

namespace fm {

/// All bytes of `path` ("-" is standard input), decompressed if they are gzip, at most `max_bytes` of them.
/// Throws what ByteSource throws, and limit error "too-large".
std::string read_file(const std::string& path, std::size_t max_bytes);

}  // namespace fm
