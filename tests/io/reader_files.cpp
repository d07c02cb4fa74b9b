#include "io/reader_files.h"

#include <sys/mman.h>
#include <unistd.h>
#include <zlib.h>

#include <cstdlib>
#include <filesystem>
#include <stdexcept>

#include "core/error.h"
#include "core/text.h"
#include "core/value.h"
#include "io/table_reader.h"

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

ReadOptions parse_options(const std::string& text) {
  ReadOptions options;
  if (text.empty()) return options;
  for (const std::string_view item : split(text, ' ')) {
    const std::size_t equals = item.find('=');
    visit_field<ReadOptions>(item.substr(0, equals), [&](const auto& field) {
      parse_value(item.substr(equals + 1), options.*field.member, field.range);
    });
  }
  return options;
}

Points read_all(const std::string& path, const ReadOptions& options) {
  TableReader reader(path, options);
  Points all(static_cast<Index>(reader.names().size()), 0), block;
  while (reader.read(block, 7) > 0) {
    all.conservativeResize(all.rows(), all.cols() + block.cols());
    all.rightCols(block.cols()) = block;
  }
  return all;
}

std::string outcome(const std::string& path, const ReadOptions& options, std::string* names) {
  try {
    TableReader reader(path, options);
    if (names) *names = joined(reader.names(), ",");
    std::string text;
    Points block;
    while (reader.read(block, 2) > 0)
      for (Index n = 0; n < block.cols(); ++n) {
        if (!text.empty()) text += ' ';
        for (Index i = 0; i < block.rows(); ++i) text.append(i > 0 ? "," : "").append(shortest(block(i, n)));
      }
    return text;
  } catch (const Error& error) {
    const Place& place = error.problems().front().place;
    if (error.kind() == ErrorKind::usage) return error.id();
    return error.id() + " " + std::to_string(place.line) + ":" + std::to_string(place.column);
  }
}

std::string shared_data(const std::string& name) {
  namespace fs = std::filesystem;
  const char* folder = std::getenv("FM_SHARED_DATA");
  // tests/io/this file, the tree, its neighbour
  const fs::path base =
      folder ? fs::path(folder) : fs::path(__FILE__).parent_path() / ".." / ".." / ".." / "shared" / "data";
  return fs::exists(base / name) ? (base / name).string() : "";
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
