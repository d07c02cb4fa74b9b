#include "metrics/mmd.h"

#include <algorithm>
#include <vector>

#include "core/random.h"

namespace fm {

namespace {

PairFunction kernel_function(MmdKernel kernel, double bandwidth) {
  switch (kernel) {
    case MmdKernel::gaussian:
      return [=](Points& squared) { squared = (squared.array() / bandwidth / (-2 * bandwidth)).exp(); };
    case MmdKernel::laplace:
      return [=](Points& squared) { squared = (-squared.array().sqrt() / bandwidth).exp(); };
    case MmdKernel::imq:
      break;
  }
  return [=](Points& squared) { squared = (1 + squared.array() / bandwidth / bandwidth).sqrt().inverse(); };
}

}  // namespace

double median_distance(PointsIn points, std::uint64_t seed) {
  constexpr Index most = 1000;
  const auto order = random_permutation(Random{seed, Purpose::median_points}.row(0), points.cols());
  const Index count = std::min(most, points.cols());
  std::vector<double> distances;
  distances.reserve(static_cast<std::size_t>(count * (count - 1) / 2));
  double sum = 0;
  for (Index i = 0; i < count; ++i)
    for (Index j = 0; j < i; ++j) {
      const auto a = order[static_cast<std::size_t>(i)], b = order[static_cast<std::size_t>(j)];
      distances.push_back((points.col(a) - points.col(b)).norm());
      sum += distances.back();
    }
  const auto middle = distances.begin() + static_cast<std::ptrdiff_t>(distances.size() / 2);
  std::nth_element(distances.begin(), middle, distances.end());
  if (*middle > 0) return *middle;
  return sum > 0 ? sum / static_cast<double>(distances.size()) : 1;
}

PairContrast mmd_contrast(MmdKernel kernel, double bandwidth) {
  return {kernel_function(kernel, bandwidth), 1, -1};
}

}  // namespace fm
