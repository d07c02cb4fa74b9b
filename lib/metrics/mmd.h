// Maximum mean discrepancy between two clouds: the distance of their mean embeddings in the space of a
// kernel. Source: Gretton, Borgwardt, Rasch, Schoelkopf and Smola 2012, "A kernel two-sample test", JMLR 13,
// lemma 6.
#pragma once

#include <array>
#include <cstdint>
#include <utility>

#include "core/types.h"
#include "metrics/pair_sums.h"

namespace fm {

/// Functions of r = |x - y| and the bandwidth h, each 1 at r = 0:
///   gaussian exp(-r^2 / (2 h^2)),  laplace exp(-r / h),  imq (1 + r^2 / h^2)^(-1/2), the inverse
///   multiquadric.
/// All are characteristic: MMD is 0 for equal laws alone (Sriperumbudur et al. 2010).
enum class MmdKernel { gaussian, laplace, imq };
constexpr auto enum_names(MmdKernel) {
  using enum MmdKernel;
  return std::array{std::pair{gaussian, "gaussian"}, std::pair{laplace, "laplace"}, std::pair{imq, "imq"}};
}

/// Median distance between pairs of `points` (D, N), N >= 2, or of a random 1000 of them where there are
/// more; their mean where the median is 0, and 1 where all are one point. `seed` draws which, whatever the
/// points are.
double median_distance(PointsIn points, std::uint64_t seed);

/// MMD^2 = E k(x,x') + E k(y,y') - 2 E k(x,y) over distinct pairs (the unbiased estimate: below 0 as often as
/// not for equal laws); h > 0 of any size.
PairContrast mmd_contrast(MmdKernel kernel, double bandwidth);

}  // namespace fm
