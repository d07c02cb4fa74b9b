// The one table that each of fm-data's programs on tables reads.
#pragma once

#include <string>
#include <tuple>

#include "core/fields.h"

namespace fm {

struct TableInput {
  std::string file;

  static constexpr auto fields() {
    return std::tuple{field("file", &TableInput::file, "the table (default: standard input)")
                          .positional()
                          .shown_as("FILE")
                          .in("Table")};
  }
};

}  // namespace fm
