// Where expectation-maximisation starts.
#pragma once

#include "core/random.h"
#include "flow/mixture.h"

namespace fm {

/// `count` components, each from the rows nearest to one of as many seeds: the first a row drawn at random,
/// each other a row drawn with probability in proportion to its squared distance to the seeds before it
/// (k-means++: Arthur and Vassilvitskii 2007). Their covariances lean towards that of all rows around their
/// seeds, and `ridge` is added to the diagonals. rows (D, N) with at least `count` distinct ones.
Mixture start_mixture(PointsIn rows, Index count, double ridge, Draws draws);

}  // namespace fm
