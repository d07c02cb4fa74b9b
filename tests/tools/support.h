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

/// What a command that succeeds writes.
inline std::string output_of(const Folder& folder, const std::string& command) {
  const Result result = shell(folder, command);
  REQUIRE_MESSAGE(result.code == 0, command, ": ", result.err);
  return result.out;
}

/// Checks that a run ended by an error of this code and id, with `part` in what it says, and wrote nothing.
inline void check_error(const Result& result, int code, const std::string& id, const std::string& part = "") {
  CAPTURE(result.err);
  CHECK(result.code == code);
  CHECK(contains(result.err, "[" + id + "]"));
  CHECK(contains(result.err, part));
  CHECK(result.out.empty());
}

/// The numbers of one line of a CSV.
inline std::vector<double> numbers_of(const std::string& line) {
  std::vector<double> numbers;
  std::istringstream cells(line);
  for (std::string cell; std::getline(cells, cell, ',');) numbers.push_back(std::stod(cell));
  return numbers;
}

/// The numbers of a CSV without its header, row by row.
inline std::vector<std::vector<double>> rows_of(const std::string& csv) {
  std::vector<std::vector<double>> rows;
  const auto lines = lines_of(csv);
  for (std::size_t n = 1; n < lines.size(); ++n) rows.push_back(numbers_of(lines[n]));
  return rows;
}

}  // namespace fm::test
