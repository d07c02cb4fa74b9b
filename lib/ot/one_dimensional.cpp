#include "ot/one_dimensional.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "core/error.h"

namespace fm {

namespace {

double power(double distance, double p) {
  if (p == 2) return distance * distance;
  return p == 1 ? std::abs(distance) : std::pow(std::abs(distance), p);
}

Vector sorted(VectorIn x) {
  Vector copy = x;
  std::sort(copy.begin(), copy.end());
  return copy;
}

}  // namespace

double sorted_transport_cost(VectorIn x, VectorIn y, double p) {
  const Index n = x.size(), m = y.size();
  double total = 0;
  if (n == m) {
    for (Index i = 0; i < n; ++i) total += power(x[i] - y[i], p);
    return total / static_cast<double>(n);
  }
  // In units of 1 / (n m): each x has mass m, each y mass n.
  Index left_x = m, left_y = n;
  for (Index i = 0, j = 0; i < n;) {
    const Index mass = std::min(left_x, left_y);
    total += static_cast<double>(mass) * power(x[i] - y[j], p);
    left_x -= mass;
    left_y -= mass;
    if (left_x == 0) ++i, left_x = m;
    if (left_y == 0) ++j, left_y = n;
  }
  return total / (static_cast<double>(n) * static_cast<double>(m));
}

double wasserstein_1d(VectorIn x, VectorIn y, double p) {
  if (x.size() == 0 || y.size() == 0)
    throw data_error("empty-cloud", "a distance needs points on both sides");
  return std::pow(sorted_transport_cost(sorted(x), sorted(y), p), 1 / p);
}

}  // namespace fm
