// Files and readings for the tests of reading.
#pragma once

#include <string>
#include <string_view>

#include "core/types.h"
#include "io/table_options.h"
#include "support/memory_file.h"

namespace fm::test {

/// "key=value" separated by blanks.
ReadOptions parse_options(const std::string& text);

/// All rows, read in small blocks.
Points read_all(const std::string& path, const ReadOptions& options = {});

/// The rows as "1,2 3,4", or "ID LINE:COLUMN" of the first problem ("ID" for usage errors).
std::string outcome(const std::string& path, const ReadOptions& options, std::string* names = nullptr);

/// Path of a file of the collection of real tables, or "" if there is none: from FM_SHARED_DATA, or the
/// folder shared/data beside the source tree.
std::string shared_data(const std::string& name);

}  // namespace fm::test
