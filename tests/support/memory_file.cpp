#include "support/memory_file.h"

#include <sys/mman.h>
#include <unistd.h>
#include <zlib.h>

#include <stdexcept>

namespace fm::test {

MemoryFile::MemoryFile(std::string_view content)
    : descriptor_(::memfd_create("table", MFD_CLOEXEC)),
      name_("/proc/self/fd/" + std::to_string(descriptor_)) {
  if (descriptor_ < 0) throw std::runtime_error("memfd_create");
  write(content);
}
MemoryFile::~MemoryFile() {
  ::close(descriptor_);
}
void MemoryFile::write(std::string_view content) const {
  const auto size = static_cast<ssize_t>(content.size());
  if (::ftruncate(descriptor_, 0) != 0 || ::pwrite(descriptor_, content.data(), content.size(), 0) != size)
    throw std::runtime_error("cannot write " + name_);
}

std::string gzipped(std::string_view bytes) {
  z_stream stream = {};
  constexpr int gzip_window = 15 + 16, memory = 8;
  if (deflateInit2(&stream, 6, Z_DEFLATED, gzip_window, memory, Z_DEFAULT_STRATEGY) != Z_OK)
    throw std::runtime_error("deflateInit2");
  std::string out(deflateBound(&stream, bytes.size()), '\0');
  stream.next_in = reinterpret_cast<unsigned char*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<unsigned char*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  if (deflate(&stream, Z_FINISH) != Z_STREAM_END) throw std::runtime_error("deflate");
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

}  // namespace fm::test
