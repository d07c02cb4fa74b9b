// Energy distance between two clouds. Source: Szekely and Rizzo 2013, "Energy statistics: a class of
// statistics based on distances".
#pragma once

#include "metrics/pair_sums.h"

namespace fm {

/// 2 E|x-y| - E|x-x'| - E|y-y'|, not halved, no root; Euclidean; means over distinct pairs (U-statistics), so
/// that it is unbiased, centred on 0 for equal laws and then negative as often as not.
PairContrast energy_contrast();

}  // namespace fm
