#include <algorithm>

#include "fuzz/promises.h"
#include "fuzz/readers.h"
#include "io/byte_source.h"
#include "support/memory_file.h"

namespace fm::fuzz {

namespace {

constexpr std::size_t enough = std::size_t{1} << 20;  // a few bytes may stand for many

std::string content(std::string_view bytes) {
  const test::MemoryFile file(bytes);
  ByteSource source(file.name());
  std::string text;
  char piece[4096];
  while (text.size() < enough) {
    const std::size_t count = source.read(piece, sizeof piece);
    if (count == 0) break;
    text.append(piece, count);
  }
  return text;
}

}  // namespace

void read_gzip(std::string_view bytes) {
  accepted([&] { content(bytes); });
  if (bytes.size() < 2 || bytes.size() > enough) return;
  // The first byte says where the rest is cut into members, and where the file ends early.
  const std::string_view text = bytes.substr(1);
  const std::size_t share = static_cast<unsigned char>(bytes.front());
  const std::size_t cut = text.size() * share / 255;
  const std::string first = test::gzipped(text.substr(0, cut));
  const std::string packed = first + test::gzipped(text.substr(cut));
  require(content(packed) == text, "members put together read as their contents put together");
  const std::size_t end = std::max<std::size_t>(2, packed.size() * share / 256);
  if (end != first.size())
    require(!accepted([&] { content(std::string_view(packed).substr(0, end)); }),
            "a compressed file that ends early is refused");
}

}  // namespace fm::fuzz
