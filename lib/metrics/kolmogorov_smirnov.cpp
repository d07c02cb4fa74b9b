#include "metrics/kolmogorov_smirnov.h"

#include <algorithm>
#include <cmath>

#include "core/random.h"
#include "metrics/resampling.h"

namespace fm {

namespace {

/// At most 4000 of the values, in rising order.
Vector tested(VectorIn values, const Random& random) {
  constexpr Index most = 4000;
  const Points row = values.transpose();
  Vector chosen = random_subset(row, std::min(values.size(), most), random.row(0)).transpose();
  std::sort(chosen.begin(), chosen.end());
  return chosen;
}

}  // namespace

double ks_statistic(VectorIn x, VectorIn y) {
  const auto n = static_cast<double>(x.size()), m = static_cast<double>(y.size());
  double largest = 0;
  for (Index i = 0, j = 0; i < x.size() && j < y.size();) {
    const double value = std::min(x[i], y[j]);
    while (i < x.size() && x[i] == value) ++i;
    while (j < y.size() && y[j] == value) ++j;
    largest = std::max(largest, std::abs(static_cast<double>(i) / n - static_cast<double>(j) / m));
  }
  return largest;
}

double ks_p_value(double ks, Index n, Index m) {
  // Place (i, j): i values of x and j of y are below. reached(j) is the probability that a path from (0, 0)
  // to (i, j), all equally likely, has come to |i / n - j / m| >= ks. Half a step of the lattice is for
  // rounding.
  const double step = 1 / (static_cast<double>(n) * static_cast<double>(m));
  const auto beyond = [&](Index i, Index j) {
    return std::abs(static_cast<double>(i) / static_cast<double>(n) -
                    static_cast<double>(j) / static_cast<double>(m)) >= ks - step / 2;
  };
  Vector reached = Vector::Zero(m + 1);
  for (Index i = 0; i <= n; ++i)
    for (Index j = 0; j <= m; ++j) {
      if (beyond(i, j)) {
        reached[j] = 1;
      } else if (i + j > 0) {
        const double above = i > 0 ? static_cast<double>(i) * reached[j] : 0,
                     left = j > 0 ? static_cast<double>(j) * reached[j - 1] : 0;
        reached[j] = (above + left) / static_cast<double>(i + j);
      }
    }
  return reached[m];
}

KsTest ks_test(VectorIn x, VectorIn y, std::uint64_t seed) {
  const Vector a = tested(x, {seed, Purpose::subsets}), b = tested(y, {seed, Purpose::reference_subsets});
  const double statistic = ks_statistic(a, b);
  return {statistic, ks_p_value(statistic, a.size(), b.size()), a.size(), b.size()};
}

}  // namespace fm
