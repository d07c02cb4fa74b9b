// Where expectation-maximisation starts.
#pragma once

#include "core/random.h"
#include "flow/mixture.h"

namespace fm {

/// `count` components, each from the rows nearest to one of as many seeds: the first a row drawn with
/// probability in proportion to its mass, each other in proportion to mass times squared distance to the
/// seeds before it (k-means++: Arthur and Vassilvitskii 2007). Their covariances lean towards that of all
/// rows around their seeds, and `ridge` is added to the diagonals. rows (D, N) with at least `count` distinct
/// ones, masses (N) > 0: how many rows each counts as.
Mixture start_mixture(PointsIn rows, const Vector& masses, Index count, double ridge, Draws draws);

}  // namespace fm
