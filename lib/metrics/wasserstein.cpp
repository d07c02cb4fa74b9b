#include "metrics/wasserstein.h"

#include <algorithm>
#include <cmath>

#include "metrics/metric.h"
#include "ot/assignment.h"
#include "ot/one_dimensional.h"

namespace fm {

namespace {

Wasserstein on_the_line(PointsIn x, PointsIn y, double power) {
  Vector u = x.row(0), v = y.row(0);
  std::sort(u.begin(), u.end());
  std::sort(v.begin(), v.end());
  const double cost = sorted_transport_cost(u, v, power);
  return {std::pow(cost, 1 / power), cost, 0};
}

}  // namespace

Wasserstein wasserstein(PointsIn x, PointsIn y, CostPower power, const Vector& a, const Vector& b) {
  check_clouds(x, y);
  const double p = power == CostPower::two ? 2 : 1;
  const bool some = x.cols() > 0 && y.cols() > 0;
  if (some && a.size() == 0 && b.size() == 0) {
    if (x.rows() == 1) return on_the_line(x, y, p);
    if (power == CostPower::two && x.cols() == y.cols()) {
      const Assignment found = solve_assignment(x, y);
      const auto n = static_cast<double>(x.cols());
      return {std::sqrt(found.cost / n), found.cost / n, found.gap / n};
    }
  }
  const Vector from = a.size() > 0 ? a : Vector(Vector::Ones(x.cols()));
  const Vector to = b.size() > 0 ? b : Vector(Vector::Ones(y.cols()));
  const Transportation found = solve_transportation(x, y, from, to, power);
  return {std::pow(found.cost, 1 / p), found.cost, found.gap};
}

}  // namespace fm
