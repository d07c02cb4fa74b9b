// Records of JSON Lines (jsonlines.org): one flat object or array a line. Numbers and null are cells, strings
// and true and false are text cells; objects and arrays inside are flaws.
#pragma once

#include <cstddef>
#include <string_view>

#include "io/record.h"

namespace fm {

/// Reads the line at the start of `bytes` into record.cells and returns its length with the line break; 0 if
/// the line does not end in `bytes` and they are not `whole`. The cells of an object are put in the order of
/// syntax.keys (all of them must be there, no others), or, if that is empty, stay as they stand; record.keys
/// has their names. Flaws: "json-record", "json-nested", "json-mixed", "json-keys", "json-duplicate-key",
/// "nul-byte".
std::size_t scan_json_line(std::string_view bytes, bool whole, const Syntax& syntax, Record& record);

}  // namespace fm
