// Columns of a table in a JSON document: their names, or where they stood in a table without names.
#pragma once

#include <string>
#include <vector>

#include "core/json.h"

namespace fm {

struct ColumnNames {
  std::vector<std::string> names;
  bool has_names = true;  ///< false: all are those of place_name
};

/// ["eruptions", "waiting"], or places from 1, [2, 3].
Json column_json(const ColumnNames& columns);

/// The inverse. Throws usage error "columns" for what is no list of one or more names or places, or has a
/// name twice, an empty one or one with a NUL.
ColumnNames columns_of_json(const Json& json);

}  // namespace fm
