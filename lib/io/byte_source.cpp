#include "io/byte_source.h"

#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <cstring>
#include <optional>
#include <system_error>

#include "core/error.h"
#include "core/parallel.h"
#include "io/descriptor.h"
#include "io/read_ahead.h"

namespace fm {

namespace {

constexpr std::size_t block_bytes = 256 << 10;  // several times a pipe's 64 KiB; stays in the L2 cache
constexpr int gzip_window = 15 + 16;            // zlib: largest window, gzip framing alone
constexpr std::size_t ahead_from = 2 << 20;     // bytes out that take 5 ms: less is not worth a thread
constexpr unsigned char gzip_magic[] = {0x1f, 0x8b};

}  // namespace

struct ByteSource::State {
  std::string name;
  int descriptor = -1;
  bool at_end = false;  // the descriptor has no more
  // Bytes as they are in the file. Not cleared: a small file shall not touch the pages of a large one.
  std::unique_ptr<unsigned char[]> block = std::make_unique_for_overwrite<unsigned char[]>(block_bytes);
  std::size_t begin = 0, end = 0;  // what of it is unread
  bool compressed = false;
  bool inside_member = false;  // a gzip file is a sequence of members
  z_stream zlib = {};
  std::size_t inflated = 0;             // bytes that came out on the reader's thread
  std::optional<ReadAhead> ahead = {};  // decompresses, once it is worth a thread

  explicit State(const std::string& path) : name(path) {}
  ~State() {
    ahead.reset();  // it uses what follows
    if (compressed) inflateEnd(&zlib);
    if (descriptor > STDIN_FILENO) ::close(descriptor);
  }

  std::size_t read_descriptor(void* into, std::size_t size) {
    const std::size_t count = read_some(descriptor, into, size, name);
    at_end = count == 0;
    return count;
  }

  /// Makes at least `wanted` bytes unread in the block unless the file ends before.
  void fill(std::size_t wanted) {
    if (end - begin >= wanted) return;
    std::memmove(block.get(), block.get() + begin, end - begin);
    end -= begin;
    begin = 0;
    while (end < wanted && !at_end) end += read_descriptor(block.get() + end, block_bytes - end);
  }

  bool magic() {
    fill(sizeof gzip_magic);
    return end - begin >= sizeof gzip_magic &&
           std::equal(gzip_magic, gzip_magic + sizeof gzip_magic, &block[begin]);
  }

  [[noreturn]] void damaged(const std::string& how) const {
    throw data_error("gzip", "the gzip data " + how, {name}, "see what is whole of it: gzip -t");
  }

  /// Whether another member starts; zeros after the last one are padding of tapes.
  bool next_member() {
    if (magic()) {
      inflateReset(&zlib);
      return inside_member = true;
    }
    for (fill(1); begin < end; fill(1))
      for (; begin < end; ++begin)
        if (block[begin] != 0) damaged("is followed by other bytes");
    return false;
  }

  std::size_t read_compressed(char* into, std::size_t size) {
    zlib.next_out = reinterpret_cast<unsigned char*>(into);
    zlib.avail_out = static_cast<uInt>(std::min<std::size_t>(size, 1u << 30));
    const uInt room = zlib.avail_out;
    while (zlib.avail_out == room) {
      if (!inside_member && !next_member()) return 0;
      fill(1);
      if (begin == end) damaged("ends early");
      zlib.next_in = &block[begin];
      zlib.avail_in = static_cast<uInt>(end - begin);
      const int status = inflate(&zlib, Z_NO_FLUSH);
      begin = end - zlib.avail_in;
      if (status == Z_STREAM_END)
        inside_member = false;
      else if (status == Z_MEM_ERROR)
        throw std::bad_alloc();
      else if (status != Z_OK && status != Z_BUF_ERROR && zlib.avail_out == room)
        damaged(std::string("is damaged") + (zlib.msg ? std::string(": ") + zlib.msg : ""));
    }
    return room - zlib.avail_out;
  }

  /// Whether a thread of its own may decompress; one that waits for a pipe could not be ended.
  bool may_run_ahead() const {
    struct stat status = {};
    return threads() > 1 && ::fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode);
  }

  void run_ahead() try {
    ahead.emplace([this](char* to, std::size_t room) { return read_compressed(to, room); });
  } catch (const std::system_error&) {
    inflated = 0;  // the system grants no thread: asked again later
  }

  std::size_t read_on(char* into, std::size_t size) {
    if (!ahead && inflated >= ahead_from && may_run_ahead()) run_ahead();
    if (ahead) return ahead->read(into, size);
    const std::size_t count = read_compressed(into, size);
    inflated += count;
    return count;
  }
};

ByteSource::ByteSource(const std::string& path) : state_(std::make_unique<State>(path)) {
  State& s = *state_;
  s.descriptor = open_for_reading(path);
  if (s.magic()) {
    if (inflateInit2(&s.zlib, gzip_window) != Z_OK) throw std::bad_alloc();
    s.compressed = s.inside_member = true;
  }
}

ByteSource::~ByteSource() = default;
ByteSource::ByteSource(ByteSource&&) noexcept = default;

std::size_t ByteSource::read(char* into, std::size_t size) {
  State& s = *state_;
  if (s.compressed) return s.read_on(into, size);
  if (s.begin == s.end) return s.at_end ? 0 : s.read_descriptor(into, size);
  const std::size_t count = std::min(size, s.end - s.begin);
  std::memcpy(into, &s.block[s.begin], count);
  s.begin += count;
  return count;
}

bool ByteSource::compressed() const {
  return state_->compressed;
}
const std::string& ByteSource::name() const {
  return state_->name;
}

}  // namespace fm
