#include "metrics/energy.h"

namespace fm {

PairContrast energy_contrast() {
  return {[](Points& squared) { squared = squared.cwiseSqrt(); }, 0, 1};
}

Vector energy_distances(PointsIn points, const Points& labels) {
  return pair_contrasts(points, labels.cast<std::uint8_t>(), energy_contrast());
}

}  // namespace fm
