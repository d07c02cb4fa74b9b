// What fm-path --conditional draws: conditional paths from a normal source to the rows of a data set, or
// between given pairs.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cli/field_choice.h"
#include "cli/tool.h"
#include "core/types.h"
#include "data/standardiser.h"
#include "flow/scheduler.h"
#include "io/table_options.h"

namespace fm {

/// Sources N(0, I) and rows x1 independent of them, or given pairs; in coordinates.
struct ConditionalLaw {
  std::vector<std::string> columns;
  Standardiser coordinates;
  Points x0;          // (D, M) of the pairs; (0, 0) where sources are drawn
  Points x1;          // (D, M)
  Vector shares;      // (M), running; (0): equal ones
  Vector bandwidths;  // (M) of the rows of an adaptive path, else (0)
  double jitter = 0;  // of the pairs

  bool pairs() const { return x0.cols() > 0; }
};

/// One conditional path, x_t = alpha end + sigma x0 + jitter z, end = x1 + bandwidth z. Its law given x1, or
/// given the pair, is normal; z ~ N(0, I) is the noise in it, of sources that are drawn the source itself.
struct ConditionalDraw {
  Vector x0, end, z;  // (D)
  double bandwidth = 0, jitter = 0;

  /// The deviation of that law.
  double noise(const SchedulerValue& s) const { return jitter > 0 ? jitter : s.sigma + bandwidth * s.alpha; }
};

/// Reads the rows of --exact or the pairs of --pairs, of which one is given. Throws what read_exact_rows(),
/// read_exact_pairs() and path_bandwidths() do.
ConditionalLaw read_conditional(const FieldOptions& options, const ReadOptions& reading, Session& session);

/// Draw n: a function of the arguments alone. Those of pairs start where trajectories do, those of rows at
/// the same draws of N(0, I) as these.
ConditionalDraw draw_conditional(const ConditionalLaw& law, std::uint64_t seed, std::uint64_t n);

}  // namespace fm
