// The grammar of -c and -x: names, numbers from 1, and ranges of either, separated by commas.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace fm {

/// Indices from 0 of the columns that `list` means, in its order. An item is, in this order of preference, a
/// name, a number, or a range FIRST-LAST of names or numbers ("3-" goes to the last column). `option` ("-c")
/// is named in errors. Throws usage errors "column-list" (an empty item), "unknown-column", "column-range" (a
/// number outside 1 to names.size(), a range that runs backwards), "column-ambiguous" (several readings of a
/// range of names with hyphens, or a name that several columns have).
std::vector<std::size_t> resolve_columns(const std::string& list, const std::vector<std::string>& names,
                                         const std::string& option);

/// A list that resolve_columns reads as `columns` (ascending): if `by_name`, their names as long as these are
/// few and plain words; else numbers and ranges.
std::string column_list(const std::vector<std::size_t>& columns, const std::vector<std::string>& names,
                        bool by_name);

}  // namespace fm
