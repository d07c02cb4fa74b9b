// The golden table of awkward inputs: what goes in, and the values or the error that come out.
#pragma once

#include <string>
#include <vector>

#include "io/table_options.h"

namespace fm::test {

struct ReaderCase {
  std::string what;
  std::string input;
  std::string values;        ///< rows as "1,2 3,4"; or "ID line:column" of the first problem
  std::string options = {};  ///< "key=value" separated by blanks, as in ReadOptions::fields()
  std::string names = {};    ///< checked if not empty
};

const std::vector<ReaderCase>& reader_cases();

}  // namespace fm::test
