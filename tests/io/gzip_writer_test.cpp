#include "io/gzip_writer.h"

#include <doctest/doctest.h>
#include <zlib.h>

#include <stdexcept>
#include <string>

#include "core/parallel.h"
#include "core/random.h"
#include "io/reader_files.h"

using namespace fm;

namespace {

constexpr std::size_t block = 128 << 10;

std::string digits(std::size_t size) {
  Draws draws(3, Purpose::test, 0);
  std::string text;
  while (text.size() < size) text += std::to_string(draws.normal()) + (text.size() % 7 ? "," : "\n");
  return text.substr(0, size);
}

/// The gzip file of `text` given in pieces of `step` bytes, with a flush behind the byte `flush_at`.
std::string packed(std::string_view text, int thread_count, std::size_t step, std::size_t flush_at = 0) {
  set_threads(thread_count);
  std::string out;
  GzipWriter writer([&](std::string_view bytes) { out += bytes; });
  for (std::size_t at = 0; at < text.size(); at += step) {
    writer.write(text.substr(at, step));
    if (at < flush_at && flush_at <= at + step) writer.flush();
  }
  writer.finish();
  set_threads(1);
  return out;
}

/// By zlib, which checks sum and length; the file must be one member and nothing more.
std::string unpacked(const std::string& file) {
  z_stream zlib = {};
  if (inflateInit2(&zlib, 15 + 16) != Z_OK) throw std::runtime_error("inflateInit2");
  std::string out(16 * block, '\0');
  zlib.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(file.data()));
  zlib.avail_in = static_cast<uInt>(file.size());
  zlib.next_out = reinterpret_cast<Bytef*>(out.data());
  zlib.avail_out = static_cast<uInt>(out.size());
  REQUIRE(inflate(&zlib, Z_FINISH) == Z_STREAM_END);
  CHECK(zlib.avail_in == 0);
  out.resize(out.size() - zlib.avail_out);
  inflateEnd(&zlib);
  return out;
}

}  // namespace

TEST_CASE("gzip writer: what zlib unpacks is what was written, for sizes around a block") {
  for (const std::size_t size :
       {std::size_t{0}, std::size_t{1}, block - 1, block, block + 1, 9 * block + 77}) {
    const std::string text = digits(size);
    CHECK(unpacked(packed(text, 1, 10007)) == text);
    CHECK(unpacked(packed(text, 2, 3 * block)) == text);
  }
}

TEST_CASE("gzip writer: any number of threads and any pieces give the same bytes") {
  const std::string text = digits(12 * block + 5);
  const std::string expected = packed(text, 1, text.size());
  for (const int threads : {1, 2, 3, 8})
    for (const std::size_t step : {std::size_t{4099}, block, text.size()})
      CHECK(packed(text, threads, step) == expected);
}

TEST_CASE("gzip writer: blocks cost less than half a percent of the file") {
  const std::string text = digits(12 * block);
  const double one_piece = static_cast<double>(test::gzipped(text).size());
  CHECK(static_cast<double>(packed(text, 2, text.size()).size()) < 1.005 * one_piece);
}

TEST_CASE("gzip writer: bytes before a flush can be unpacked before the file ends") {
  const std::string text = digits(block + 1000);
  std::string out;
  GzipWriter writer([&](std::string_view bytes) { out += bytes; });
  writer.write(text);
  writer.flush();
  z_stream zlib = {};
  REQUIRE(inflateInit2(&zlib, 15 + 16) == Z_OK);
  std::string seen(text.size() + 1, '\0');
  zlib.next_in = reinterpret_cast<Bytef*>(out.data());
  zlib.avail_in = static_cast<uInt>(out.size());
  zlib.next_out = reinterpret_cast<Bytef*>(seen.data());
  zlib.avail_out = static_cast<uInt>(seen.size());
  CHECK(inflate(&zlib, Z_SYNC_FLUSH) == Z_OK);
  seen.resize(seen.size() - zlib.avail_out);
  inflateEnd(&zlib);
  CHECK(seen == text);
  CHECK(unpacked(packed(text, 2, 999, 5000)) == text);
}

TEST_CASE("gzip writer: what the sink throws arrives") {
  GzipWriter writer([](std::string_view) { throw std::runtime_error("full"); });
  CHECK_THROWS_WITH(writer.write(std::string(3 * block, 'x')), "full");
}
