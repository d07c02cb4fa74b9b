// What the tests of the programs share.
#pragma once

#include <doctest/doctest.h>

#include <sstream>
#include <string>
#include <vector>

#include "support/process.h"

namespace fm::test {

/// Options of a training that takes a moment: its quality does not matter.
inline const std::string brief = " --steps 60 --hidden 16,16 --pool 500 ";

/// The tables of data/, whatever folder the tests run in.
inline std::string data_file(const std::string& name) {
  return std::string(FM_DATA) + "/" + name;
}

/// A small model of moons.csv in `folder`, named m.safetensors.
inline void make_model(const Folder& folder) {
  const Result result = shell(folder, "fm-train '" + data_file("moons.csv") + "' -o m.safetensors" + brief);
  REQUIRE_MESSAGE(result.code == 0, result.err);
}

inline bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// The numbers of a CSV without its header, row by row.
inline std::vector<std::vector<double>> rows_of(const std::string& csv) {
  std::vector<std::vector<double>> rows;
  const auto lines = lines_of(csv);
  for (std::size_t n = 1; n < lines.size(); ++n) {
    rows.emplace_back();
    std::istringstream cells(lines[n]);
    for (std::string cell; std::getline(cells, cell, ',');) rows.back().push_back(std::stod(cell));
  }
  return rows;
}

}  // namespace fm::test
