// The clouds that fm-eval compares: read, thinned by their weights, and brought to the units of the
// comparison.
#pragma once

#include <string>
#include <vector>

#include "cli/evaluation_options.h"
#include "data/dataset.h"

namespace fm {

/// Clouds over the same columns.
struct EvaluatedClouds {
  std::vector<Dataset> samples;
  Dataset reference;  // without points if there is none
  Dataset training;   // without points if there is none
};

/// Reads all files that the options name. Rows with weights become a plain sample of the weighted law. Throws
/// what read_dataset() and read_alongside() do, and usage error "no-weight".
EvaluatedClouds read_clouds(const EvalOptions& options, Session& session);

/// The reference and the training rows alone, those that the options name, over the columns of `samples`.
EvaluatedClouds read_other_clouds(const EvalOptions& options, const Dataset& samples, Session& session);

/// Whether any of the clouds has weights.
bool any_weighted(const EvaluatedClouds& clouds);

/// --standardize of a comparison.
Standardize units_of(const EvalOptions& options);

/// The same clouds in the units of the comparison; data units, the default, need no second copy. Points of a
/// cloud that was not read are none. `clouds` must outlive it.
class Coordinates {
 public:
  Coordinates(const EvalOptions& options, const EvaluatedClouds& clouds);

  const Points& samples(std::size_t file) const { return of(clouds_.samples[file], file); }
  const Points& reference() const { return of(clouds_.reference, clouds_.samples.size()); }
  const Points& training() const { return of(clouds_.training, clouds_.samples.size() + 1); }

 private:
  const Points& of(const Dataset& data, std::size_t place) const {
    return scaled_.empty() ? data.points : scaled_[place];
  }

  const EvaluatedClouds& clouds_;
  std::vector<Points> scaled_;  // in the order above; empty: in data units
};

/// Says so where distances in data units are those of one column alone.
void warn_of_units(const EvalOptions& options, const Dataset& reference, const Session& session);

}  // namespace fm
