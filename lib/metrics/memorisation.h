// Whether samples repeat the rows that a model has learnt from: nearest neighbours among training rows,
// beside those among as many rows that the model has not seen. Source of the comparison: Meehan, Chaudhuri
// and Dasgupta 2020, "A non-parametric test to detect data-copying in generative models", arXiv:2004.05675.
#pragma once

#include <cstdint>

#include "core/types.h"

namespace fm {

struct Memorisation {
  double value = 0;    ///< share of samples nearer to a training row than to any held-out one; ties count 1/2
  double floor = 0.5;  ///< its mean where the model knows both alike
  double p_value = 1;  ///< that it does, against a larger share
  double low = 0, high = 1;  ///< 95 % of the share over samples (Wilson 1927), the rows as they are
  double ratio = 0;          ///< median over samples of distance to training / distance to held-out rows
  double copies = 0;         ///< share of samples equal to a training row, of all
  double copies_floor = 0;   ///< share of held-out rows equal to a training row, of all
  Index samples = 0;         ///< compared
  Index rows = 0;            ///< training rows and as many held-out ones
  Index permutations = 0;
};

/// samples (D, n), training (D, t), held_out (D, h), each at least 1; random `most` of each where there are
/// more, and as many training as held-out rows. Training and held-out rows change places in the permutation
/// test: exact where the samples are independent of which are which. Ratios 0 / 0 count as 1. Copies are
/// sought among all training rows. Cost O(n rows D + t log t). Throws what check_clouds() does, and data
/// error "cloud-size" for an empty cloud.
Memorisation memorisation(PointsIn samples, PointsIn training, PointsIn held_out, Index most,
                          Index permutations, std::uint64_t seed);

}  // namespace fm
