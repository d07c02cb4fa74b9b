#include "data/thinning.h"

#include "core/random.h"

namespace fm {

std::vector<Index> thinned_rows(VectorIn weights, std::uint64_t seed, std::uint64_t first) {
  const Random random{seed, Purpose::thinning};
  const double most = weights.maxCoeff();
  std::vector<Index> rows;
  for (Index i = 0; i < weights.size(); ++i)
    if (random.row(first + static_cast<std::uint64_t>(i)).uniform() * most < weights(i)) rows.push_back(i);
  return rows;
}

}  // namespace fm
