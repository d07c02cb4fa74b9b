// The grammar of -c and -x: names, numbers from 1, and ranges of either, separated by commas.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace fm {

/// The name of a column that has none: "x" and its place from 1 in the table. It stays with the column: into
/// a model, and out again as the header of samples.
std::string place_name(std::size_t column);
/// The index from 0 of the column that place_name calls `name`; nullopt for other names.
std::optional<std::size_t> column_of_place_name(const std::string& name);
/// Whether all names are made by place_name: they tell where the columns stood, not what they mean.
bool are_place_names(const std::vector<std::string>& names);

/// Indices from 0 of the columns that `list` means, in its order. An item is, in this order of preference, a
/// name, a number, or a range FIRST-LAST of names or numbers ("3-" goes to the last column). `option` ("-c")
/// is named in errors. Throws usage errors "column-list" (an empty item), "unknown-column", "column-range" (a
/// number outside 1 to names.size(), a range that runs backwards), "column-ambiguous" (several readings of a
/// range of names with hyphens, or a name that several columns have).
std::vector<std::size_t> resolve_columns(const std::string& list, const std::vector<std::string>& names,
                                         const std::string& option);

/// The same for a header of place names alone, as samples of a model of data without names have: numbers and
/// ranges count in the table that the places are of, so that 2 is the column "x2". With `may_miss` (for -x)
/// places that are not there are passed over: they are left out already. Throws what resolve_columns throws.
std::vector<std::size_t> resolve_places(const std::string& list, const std::vector<std::string>& names,
                                        const std::string& option, bool may_miss);

/// A list that resolve_columns reads as `columns` (ascending): if `by_name`, their names as long as these are
/// few and plain words; else numbers and ranges.
std::string column_list(const std::vector<std::size_t>& columns, const std::vector<std::string>& names,
                        bool by_name);

}  // namespace fm
