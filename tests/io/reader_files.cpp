#include "io/reader_files.h"

#include <cstdlib>
#include <filesystem>
#include <stdexcept>

#include "core/error.h"
#include "core/text.h"
#include "core/value.h"
#include "io/table_reader.h"

namespace fm::test {

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

}  // namespace fm::test
