#include "io/gzip_writer.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <new>
#include <string>
#include <utility>
#include <vector>

#include "core/parallel.h"

namespace fm {

namespace {

constexpr std::size_t block_bytes = 128 << 10;      // dictionaries and joints cost 0.1 % of it
constexpr std::size_t dictionary_bytes = 32 << 10;  // as far as deflate looks back
constexpr std::size_t blocks_a_thread = 4;          // so that no thread waits long for the last one
constexpr int raw_window = -15;                     // zlib: largest window, no framing
constexpr int memory_level = 8;                     // zlib's default
constexpr std::size_t joint_bytes = 16;             // the empty block of a flush takes 5

/// RFC 1952: magic, deflate, no flags, no time, no hint of speed, Unix.
constexpr std::string_view gzip_header("\x1f\x8b\x08\0\0\0\0\0\0\x03", 10);
/// RFC 1951: a last block without bytes.
constexpr std::string_view last_block("\x03\0", 2);

/// Compresses a block of the raw stream.
class Deflater {
 public:
  Deflater() {
    if (deflateInit2(&zlib_, Z_DEFAULT_COMPRESSION, Z_DEFLATED, raw_window, memory_level,
                     Z_DEFAULT_STRATEGY) != Z_OK)
      throw std::bad_alloc();
  }
  ~Deflater() { deflateEnd(&zlib_); }
  Deflater(const Deflater&) = delete;
  Deflater& operator=(const Deflater&) = delete;

  void run(std::string_view dictionary, std::string_view bytes) {
    deflateReset(&zlib_);
    deflateSetDictionary(&zlib_, input(dictionary), static_cast<uInt>(dictionary.size()));
    out_.resize(deflateBound(&zlib_, bytes.size()) + joint_bytes);
    zlib_.next_in = input(bytes);
    zlib_.avail_in = static_cast<uInt>(bytes.size());
    zlib_.next_out = reinterpret_cast<Bytef*>(out_.data());
    zlib_.avail_out = static_cast<uInt>(out_.size());
    deflate(&zlib_, Z_SYNC_FLUSH);  // ends at a byte, so that the next block can follow
    size_ = out_.size() - zlib_.avail_out;
    checksum_ = crc32(0, input(bytes), static_cast<uInt>(bytes.size()));
  }

  std::string_view out() const { return {out_.data(), size_}; }
  uLong checksum() const { return checksum_; }

 private:
  /// zlib does not write through it; its C interface lacks the const.
  static Bytef* input(std::string_view bytes) {
    return reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  }

  z_stream zlib_ = {};
  std::string out_;
  std::size_t size_ = 0;
  uLong checksum_ = 0;
};

std::array<char, 4> little_endian(std::uint64_t number) {
  std::array<char, 4> bytes;
  for (int k = 0; k < 4; ++k) bytes[static_cast<std::size_t>(k)] = static_cast<char>(number >> 8 * k);
  return bytes;
}

}  // namespace

struct GzipWriter::State {
  explicit State(Sink to) : sink(std::move(to)) {}

  Sink sink;
  /// Bytes that are compressed together: whole blocks.
  std::size_t at_once =
      block_bytes * (threads() == 1 ? 1 : blocks_a_thread * static_cast<std::size_t>(threads()));
  std::string bytes = {};      // the dictionary, then those that are not compressed yet
  std::size_t dictionary = 0;  // bytes of it
  bool started = false;        // the header is sent
  uLong checksum = 0;          // of all bytes compressed, by CRC-32
  std::uint64_t total = 0;     // how many
  std::vector<std::unique_ptr<Deflater>> deflaters = {};

  std::size_t waiting() const { return bytes.size() - dictionary; }

  /// Compresses and sends the first `size` of the waiting bytes.
  void compress(std::size_t size) {
    if (!started) sink(gzip_header);
    started = true;
    const auto blocks =
        static_cast<std::size_t>(chunk_count(static_cast<Index>(size), static_cast<Index>(block_bytes)));
    while (deflaters.size() < blocks) deflaters.push_back(std::make_unique<Deflater>());
    const std::string_view all = std::string_view(bytes).substr(0, dictionary + size);
    parallel_chunks(static_cast<Index>(blocks), 1, [&](Index begin, Index, Index) {
      const auto block = static_cast<std::size_t>(begin);
      const std::size_t from = dictionary + block * block_bytes;
      const std::size_t before = std::min(from, dictionary_bytes);
      deflaters[block]->run(all.substr(from - before, before), all.substr(from, block_bytes));
    });
    for (std::size_t block = 0; block < blocks; ++block) {
      const std::size_t length = std::min(block_bytes, size - block * block_bytes);
      checksum = crc32_combine(checksum, deflaters[block]->checksum(), static_cast<z_off_t>(length));
      sink(deflaters[block]->out());
    }
    total += size;
    const std::size_t kept = std::min(dictionary + size, dictionary_bytes);
    bytes.erase(0, dictionary + size - kept);
    dictionary = kept;
  }
};

GzipWriter::GzipWriter(Sink sink) : state_(std::make_unique<State>(std::move(sink))) {}
GzipWriter::~GzipWriter() = default;
GzipWriter::GzipWriter(GzipWriter&&) noexcept = default;

void GzipWriter::write(std::string_view bytes) {
  State& s = *state_;
  while (!bytes.empty()) {
    const std::string_view piece = bytes.substr(0, s.at_once - s.waiting());
    s.bytes += piece;
    bytes.remove_prefix(piece.size());
    if (s.waiting() == s.at_once) s.compress(s.at_once);
  }
}

void GzipWriter::flush() {
  if (state_->waiting() > 0) state_->compress(state_->waiting());
}

void GzipWriter::finish() {
  State& s = *state_;
  s.compress(s.waiting());
  s.sink(last_block);
  for (const std::uint64_t number : {std::uint64_t{s.checksum}, s.total}) {
    const auto bytes = little_endian(number);
    s.sink({bytes.data(), bytes.size()});
  }
}

}  // namespace fm
