// The clouds that fm-eval compares: read, thinned by their weights, and brought to the units of the
// comparison.
#pragma once

#include <string>
#include <vector>

#include "cli/evaluation_options.h"
#include "data/dataset.h"

namespace fm {

/// Clouds over the same columns.
struct Clouds {
  std::vector<Dataset> samples;
  Dataset reference;
  Dataset training;  // without points if there is none
};

/// Reads all files that the options name. Rows with weights become a plain sample of the weighted law. Throws
/// what read_dataset() and read_alongside() do, and usage error "no-weight".
Clouds read_clouds(const EvalOptions& options, Session& session);

/// Clouds in the units of the comparison.
struct Coordinates {
  std::vector<Points> samples;
  Points reference, training;
};

Coordinates coordinates_of(const EvalOptions& options, const Clouds& clouds);

/// --standardize of a comparison.
Standardize units_of(const EvalOptions& options);

/// Says so where distances in data units are those of one column alone.
void warn_of_units(const EvalOptions& options, const Dataset& reference, const Session& session);

}  // namespace fm
