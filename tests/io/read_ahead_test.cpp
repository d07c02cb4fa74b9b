#include "io/read_ahead.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <stdexcept>
#include <string>
#include <thread>

#include "core/error.h"
#include "core/parallel.h"
#include "core/random.h"
#include "io/byte_source.h"
#include "io/reader_files.h"

using namespace fm;

namespace {

/// 3 MB that repeat after 251 * 3 bytes only: a block lost, doubled or out of order shows.
std::string pattern() {
  std::string text(3000000, '\0');
  for (std::size_t k = 0; k < text.size(); ++k) text[k] = static_cast<char>(k % 251 + k / 65536);
  return text;
}

/// Gives `text` in pieces of changing sizes.
ReadAhead::Read source_of(const std::string& text, std::size_t& at) {
  return [&text, &at, step = std::size_t{1}](char* into, std::size_t size) mutable {
    step = step * 7 % 300007;
    const std::size_t count = std::min({step, size, text.size() - at});
    std::copy_n(text.data() + at, count, into);
    at += count;
    return count;
  };
}

template <class Source>
std::string drained(Source& source, std::size_t size) {
  std::string all, piece(size, '\0');
  while (const std::size_t count = source.read(piece.data(), size)) all.append(piece, 0, count);
  return all;
}

/// What comes of reading a file to its end or its error: the bytes, and the error's id.
std::pair<std::string, std::string> outcome_of(const std::string& path, int thread_count, std::size_t size) {
  set_threads(thread_count);
  std::string all, piece(size, '\0'), id;
  try {
    ByteSource source(path);
    while (const std::size_t count = source.read(piece.data(), size)) all.append(piece, 0, count);
  } catch (const Error& error) {
    id = error.id();
  }
  set_threads(1);
  return {all, id};
}

}  // namespace

TEST_CASE("read ahead: the same bytes in the same order, in pieces of any size") {
  const std::string text = pattern();
  for (const std::size_t size : {std::size_t{1000}, std::size_t{262144}, std::size_t{1000000}}) {
    std::size_t at = 0;
    ReadAhead ahead(source_of(text, at));
    CHECK(drained(ahead, size) == text);
    char more;
    CHECK(ahead.read(&more, 1) == 0);
  }
}

TEST_CASE("read ahead: what reading throws arrives behind the bytes before it, and again") {
  const std::string text = pattern();
  std::size_t at = 0;
  ReadAhead ahead([&, whole = source_of(text, at)](char* into, std::size_t size) mutable {
    const std::size_t count = whole(into, size);
    if (count == 0) throw std::runtime_error("damaged");
    return count;
  });
  std::string all, piece(100000, '\0');
  const auto drain = [&] {
    while (const std::size_t count = ahead.read(piece.data(), piece.size())) all.append(piece, 0, count);
  };
  CHECK_THROWS_WITH(drain(), "damaged");
  CHECK(all == text);
  CHECK_THROWS_WITH(drain(), "damaged");
}

TEST_CASE("read ahead: a reader that leaves early stops the thread, which is at most a ring ahead") {
  std::atomic<int> calls = 0;
  {
    ReadAhead ahead(
        [&](char* into, std::size_t size) { return ++calls, std::fill_n(into, size, 'x'), size; });
    char one;
    CHECK(ahead.read(&one, 1) == 1);
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  CHECK(calls <= 4);
}

TEST_CASE("byte source: gzip is the same for one thread and more, whole, cut or damaged anywhere") {
  Draws draws(5, Purpose::test, 0);
  std::string text;
  while (text.size() < (5 << 20)) text += std::to_string(draws.normal()) + "\n";
  const std::string whole = test::gzipped(text);
  const test::MemoryFile file(whole);
  CHECK(outcome_of(file.name(), 2, 100000) == std::pair(text, std::string()));
  for (const double part : {0.3, 0.7, 0.9, 0.999999}) {
    const auto at = static_cast<std::size_t>(part * static_cast<double>(whole.size()));
    std::string damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x55);
    for (const std::string& bytes : {whole.substr(0, at), damaged, whole + "more"}) {
      file.write(bytes);
      const auto expected = outcome_of(file.name(), 1, 100000);
      CHECK(expected.second == "gzip");
      CHECK(outcome_of(file.name(), 2, 100000) == expected);
      CHECK(outcome_of(file.name(), 2, 1 << 20) == expected);
      CHECK(outcome_of(file.name(), 1, 1 << 20) == expected);
    }
  }
}
