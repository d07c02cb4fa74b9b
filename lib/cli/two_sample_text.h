// Results of comparisons of clouds, as JSON and as cells of a table.
#pragma once

#include <string>
#include <vector>

#include "cli/result_format.h"
#include "core/json.h"
#include "metrics/two_sample.h"

namespace fm {

/// A metric's name; with its parameters where several of the list share it.
std::string label(const Metric& metric, const std::vector<Metric>& all);

/// Numbers that a metric does not have are left out.
Json result_json(const TwoSampleResult& result);

/// A row for each result; an empty cell where a metric has no such number. `for_people`: rounded, with short
/// headings.
Cells result_cells(const std::vector<TwoSampleResult>& results, bool for_people);

}  // namespace fm
