// Where paths start: the standard normal law, the rows of a second cloud, or rows that come with a partner.
// In coordinates.
#pragma once

#include <cstdint>
#include <variant>
#include <vector>

#include "core/random.h"
#include "core/types.h"

namespace fm {

/// N(0, I).
struct NormalSource {};

/// Rows of a cloud, drawn with replacement, each with normal noise of standard deviation `jitter` times that
/// of the column. Without jitter a network sees the source at finitely many points only and is free to do
/// anything between them.
struct PointSource {
  Points points;      ///< (D, M), M >= 1
  Vector jitter_std;  ///< (D)

  PointSource(Points rows, double jitter);
};

/// Given pairs: row n belongs to row n of the target, and is drawn in proportion to its weight, with jitter
/// as above. No coupling has a say.
struct PairedSource {
  Points points;      ///< (D, M), M >= 1
  Vector jitter_std;  ///< (D)
  Vector weights;     ///< (M), > 0
  Vector cumulative;  ///< (M), weights summed up and divided by their sum

  PairedSource(Points rows, Vector row_weights, double jitter);

  /// The row whose part of [0, 1], laid out in order of the rows by weight, holds `share`.
  Index row_at(double share) const;
  /// The pairs of these rows alone, with the same jitter.
  PairedSource subset(const std::vector<Index>& rows) const;
};

using Source = std::variant<NormalSource, PointSource, PairedSource>;

/// Draws of rows first_row, first_row + 1, ... as the columns of x0 (D, N).
void draw_source(const Source& source, const Random& random, std::uint64_t first_row, PointsOut x0);

}  // namespace fm
