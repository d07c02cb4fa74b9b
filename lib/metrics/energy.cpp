#include "metrics/energy.h"

namespace fm {

PairContrast energy_contrast() {
  return {[](Points& squared) { squared = squared.cwiseSqrt(); }, 0, 1};
}

}  // namespace fm
