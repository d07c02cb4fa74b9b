// The readers on the inputs of seeds/ and found/ and on what is near them, without clang: what a fuzzer found
// stays mended.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>

#include "fuzz/readers.h"
#include "support/process.h"

using namespace fm;

namespace {

/// The files of FOLDER/READER, none where there is no such folder.
std::vector<std::string> inputs(const std::string& folder, const fuzz::Reader& reader) {
  std::vector<std::string> files;
  const std::filesystem::path path = std::filesystem::path(FM_INPUTS) / folder / reader.name;
  if (std::filesystem::exists(path))
    for (const auto& entry : std::filesystem::directory_iterator(path)) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

void check(const fuzz::Reader& reader, const std::string& bytes, const std::string& what) {
  try {
    reader.read(bytes);
  } catch (const std::exception& error) {
    FAIL_CHECK(reader.name, ": ", what, ": ", error.what());
  }
}

/// `count` places from 0 to `size`, evenly.
std::vector<std::size_t> places(std::size_t size, std::size_t count) {
  std::vector<std::size_t> found;
  for (std::size_t k = 0; k < count; ++k)
    if (found.empty() || found.back() != k * size / count) found.push_back(k * size / count);
  return found;
}

}  // namespace

TEST_CASE("fuzz: each reader has seeds, and takes them and all that was found once") {
  for (const fuzz::Reader& reader : fuzz::readers) {
    CHECK_MESSAGE(!inputs("seeds", reader).empty(), reader.name);
    for (const char* folder : {"seeds", "found"})
      for (const std::string& file : inputs(folder, reader)) check(reader, test::read_text(file), file);
  }
}

TEST_CASE("fuzz: seeds that end early, have a bit flipped or a part twice are read or refused") {
  for (const fuzz::Reader& reader : fuzz::readers)
    for (const std::string& file : inputs("seeds", reader)) {
      const std::string seed = test::read_text(file);
      for (const std::size_t place : places(seed.size(), 40)) {
        const std::string where = file + " at " + std::to_string(place);
        check(reader, seed.substr(0, place), where + ": cut");
        std::string flipped = seed;
        flipped[place] = static_cast<char>(flipped[place] ^ (1 << place % 8));
        check(reader, flipped, where + ": flipped");
        check(reader, seed.substr(0, place) + seed.substr(place / 2), where + ": a part twice");
      }
    }
}
