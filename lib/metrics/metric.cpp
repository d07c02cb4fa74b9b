#include "metrics/metric.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "core/error.h"
#include "metrics/energy.h"
#include "metrics/sliced.h"
#include "ot/assignment.h"

namespace fm {

namespace {

void check_rows(PointsIn x, PointsIn y, Index least) {
  if (std::min(x.cols(), y.cols()) < least)
    throw data_error("cloud-size", "this distance needs at least " + std::to_string(least) +
                                       " points on each side, not " + std::to_string(x.cols()) + " and " +
                                       std::to_string(y.cols()));
}

double evaluate(const Energy&, PointsIn x, PointsIn y, std::uint64_t) {
  check_rows(x, y, 2);
  return energy_distance(x, y);
}

double evaluate(const SlicedW2& metric, PointsIn x, PointsIn y, std::uint64_t seed) {
  check_rows(x, y, 1);
  return sliced_w2(x, y, random_directions(x.rows(), metric.directions, seed));
}

double evaluate(const W2&, PointsIn x, PointsIn y, std::uint64_t) {
  check_rows(x, y, 1);
  return std::sqrt(solve_assignment(x, y).cost / static_cast<double>(x.cols()));
}

}  // namespace

void check_clouds(PointsIn x, PointsIn y) {
  if (x.rows() != y.rows())
    throw data_error("cloud-columns", "the clouds have " + std::to_string(x.rows()) + " and " +
                                          std::to_string(y.rows()) + " columns");
  // |x - y|^2 <= 2 |x|^2 + 2 |y|^2
  if (!std::isfinite(2 * x.squaredNorm() + 2 * y.squaredNorm()))
    throw data_error("not-finite", "coordinates are not finite, or their squares overflow");
}

double distance(const Metric& metric, PointsIn x, PointsIn y, std::uint64_t seed) {
  check_clouds(x, y);
  return std::visit([&](const auto& member) { return evaluate(member, x, y, seed); }, metric);
}

}  // namespace fm
