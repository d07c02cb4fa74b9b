// Where paths start: the standard normal law, or the rows of a second cloud. In coordinates.
#pragma once

#include <cstdint>
#include <variant>

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

using Source = std::variant<NormalSource, PointSource>;

/// Draws of rows first_row, first_row + 1, ... as the columns of x0 (D, N).
void draw_source(const Source& source, const Random& random, std::uint64_t first_row, PointsOut x0);

}  // namespace fm
