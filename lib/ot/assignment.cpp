#include "ot/assignment.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <utility>

#include "core/error.h"
#include "core/numeric.h"
#include "core/text.h"
#include "ot/auction.h"
#include "ot/augment.h"
#include "ot/places.h"
#include "ot/repair.h"
#include "ot/single_assignment.h"
#include "ot/transportation.h"

namespace fm {

namespace {

/// Points up to which all costs at once are faster than the near ones alone: in single precision where that
/// can tell them apart (by 4 to 6 times at 2048 points in the plane, 2 to 4 in 10 and 50 dimensions), and
/// else in double. Ties are for them up to the latter: beyond it equal points are many, which the near costs
/// take together.
constexpr Index most_in_single = 2048;
constexpr Index most_in_double = 1024;

void check_equal(Index rows, Index columns) {
  if (rows != columns)
    throw data_error("assignment-size", "an assignment needs equal numbers of points on both sides, not " +
                                            std::to_string(rows) + " and " + std::to_string(columns));
}

void check_size(Index rows, Index columns) {
  check_equal(rows, columns);
  if (rows > max_assignment)
    throw limit_error("assignment-limit",
                      "exact assignment of " + std::to_string(rows) +
                          " points by a matrix or with conditions: at most " + std::to_string(max_assignment),
                      {}, "take smaller blocks of points");
}

void check_finite(double sum_of_squares, const char* what) {
  if (!std::isfinite(sum_of_squares))
    throw data_error("not-finite", std::string(what) + " are not finite, or their squares overflow");
}

/// The gap, the cost and the certificate of what `to`, u and v say, from the costs of the chosen pairs.
template <class Cost>
void finish(const Cost& cost_of, Assignment& result) {
  const Index n = result.u.size();
  CompensatedSum cost;
  for (Index i = 0; i < n; ++i) {
    const Index j = result.to[place(i)];
    const double chosen = cost_of(i, j);
    result.gap += chosen - result.v[j] - result.u[i];
    cost.add(chosen);
  }
  result.cost = cost.value();
  const double scale = std::max(result.u.lpNorm<Eigen::Infinity>(), result.v.lpNorm<Eigen::Infinity>());
  if (!(result.gap <= static_cast<double>(n * (n + 8)) * std::numeric_limits<double>::epsilon() * scale))
    throw numeric_error("assignment-gap", "the assignment could not be proved optimal: the dual gap is " +
                                              shortest(result.gap));
}

/// In double, from the prices (n).
Assignment augmented(CostRows& costs, const ScanKernels& scan, std::vector<double> price) {
  const Index n = costs.size();
  price.resize(place(costs.stride()), -infinity);
  Assignment result;
  result.to = augment(costs, scan, price);
  result.v = Eigen::Map<const Vector>(price.data(), n);
  result.u.resize(n);
  for (Index i = 0; i < n; ++i) result.u[i] = scan.best_two(costs.row(i), price.data(), costs.stride()).best;
  finish([&](Index i, Index j) { return costs.row(i)[j]; }, result);
  return result;
}

/// In double from the start.
Assignment solve_in_double(CostRows& costs, const ScanKernels& scan) {
  std::vector<double> price(place(costs.stride()), -infinity);
  std::fill(price.begin(), price.begin() + costs.size(), 0.0);
  auction_prices(costs, scan, price);
  return augmented(costs, scan, std::move(price));
}

/// In single precision and mended; `all_costs` gives all in double where that cannot be done. Nothing where
/// single precision cannot tell near columns apart.
template <class AllCosts>
std::optional<Assignment> solve_in_single(const SingleCosts& costs, const ScanKernels& scan,
                                          const AllCosts& all_costs) {
  const std::optional<SingleAssignment> start = assign_in_single(costs, costs.size() <= most_in_double);
  if (!start) return {};
  std::optional<RepairedAssignment> repaired = repair(costs, *start);
  if (!repaired) {
    const Vector price = exact_prices(costs, *start);
    return augmented(all_costs(), scan, {price.begin(), price.end()});
  }
  Assignment result;
  result.to = std::move(repaired->to);
  result.u = std::move(repaired->u);
  result.v = std::move(repaired->v);
  finish([&](Index i, Index j) { return costs.cost(i, j); }, result);
  return result;
}

/// By a matrix in single precision, if there is one.
std::optional<Assignment> solve_in_single(CostRows& costs, InstructionSet set) {
  if (costs.size() < 2 || !costs.kept()) return {};
  return solve_in_single(SingleCosts(costs, single_kernels(set)), scan_kernels(set),
                         [&]() -> CostRows& { return costs; });
}

/// Of points whose coordinates are near 1; in single precision only, or in double if that is not enough.
std::optional<Assignment> solve_points(const Points& x, const Points& y, InstructionSet set,
                                       const ExtraRows& extra, bool or_in_double) {
  std::optional<CostRows> costs;
  const auto all_costs = [&]() -> CostRows& {
    return costs ? *costs : costs.emplace(x, y, scan_kernels(set), extra);
  };
  const bool plane = x.cols() >= 2 && extra.classes == 0 && x.rows() <= SingleCosts::plane_dim;
  std::optional<Assignment> found =
      plane ? solve_in_single(SingleCosts(x, y, single_kernels(set)), scan_kernels(set), all_costs)
            : solve_in_single(all_costs(), set);
  if (!found && or_in_double) return solve_in_double(all_costs(), scan_kernels(set));
  return found;
}

/// By the near costs of each point.
Assignment solve_sparse(PointsIn x, PointsIn y) {
  const auto n = static_cast<double>(x.cols());
  const Vector ones = Vector::Ones(x.cols());
  Transportation found = solve_transportation(x, y, ones, ones, CostPower::two);
  Assignment result;
  for (const PlanEntry& entry : found.plan.entries) result.to.push_back(entry.to);
  result.u = std::move(found.u);
  result.v = std::move(found.v);
  result.cost = n * found.cost;
  result.gap = n * found.gap;
  return result;
}

/// By all costs, as solve_points().
std::optional<Assignment> solve_dense(PointsIn all_x, PointsIn all_y, InstructionSet set,
                                      const ExtraRows& extra, bool or_in_double) {
  check_size(all_x.cols(), all_y.cols());
  const Index places = all_x.rows() - extra.classes;
  const PointsIn x = all_x.topRows(places), y = all_y.topRows(places);
  const double classes_squared = static_cast<double>(extra.classes) * extra.class_cost;
  check_finite(4 * (x.squaredNorm() + y.squaredNorm() + classes_squared), "coordinates");
  if (x.cols() == 0) return Assignment{};
  // Both clouds are centred: with m the difference of their means, |x - y|^2 is |x' - y'|^2 + 2 m.x' - 2 m.y'
  // + |m|^2, and the last terms are the same for every permutation. Prices then start near and costs keep
  // their digits.
  const Vector mean_x = x.rowwise().mean(), mean_y = y.rowwise().mean();
  Points from = all_x, to = all_y;
  auto centred_x = from.topRows(places), centred_y = to.topRows(places);
  centred_x.colwise() -= mean_x;
  centred_y.colwise() -= mean_y;
  // In a unit near the size of the clouds and of what classes cost their squares do not underflow; a power of
  // two keeps all digits.
  const double largest = std::max(
      {centred_x.cwiseAbs().maxCoeff(), centred_y.cwiseAbs().maxCoeff(), std::sqrt(classes_squared)});
  const double unit = largest > 0 ? std::ldexp(1, std::ilogb(largest)) : 1;
  centred_x /= unit;
  centred_y /= unit;
  ExtraRows scaled = extra;
  scaled.class_cost = extra.class_cost / unit / unit;
  std::optional<Assignment> found = solve_points(from, to, set, scaled, or_in_double);
  if (!found) return {};
  Assignment& result = *found;
  const Vector m = (mean_x - mean_y) / unit;
  result.u += 2 * centred_x.transpose() * m;
  result.u.array() += m.squaredNorm();
  result.v -= 2 * centred_y.transpose() * m;
  result.u = result.u * unit * unit;
  result.v = result.v * unit * unit;
  result.gap *= unit;
  result.gap *= unit;
  CompensatedSum cost;
  for (Index i = 0; i < x.cols(); ++i) {
    const Index j = result.to[place(i)];
    double pair = (x.col(i) - y.col(j)).squaredNorm();
    for (Index k = places; k < all_x.rows(); ++k) pair += all_x(k, i) != all_y(k, j) ? extra.class_cost : 0;
    cost.add(pair);
  }
  result.cost = cost.value();
  return found;
}

}  // namespace

Assignment solve_assignment(PointsIn x, PointsIn y, InstructionSet set, const ExtraRows& extra) {
  return *solve_dense(x, y, set, extra, true);
}

Assignment solve_assignment(PointsIn x, PointsIn y, const ExtraRows& extra) {
  check_equal(x.cols(), y.cols());
  const bool sparse = extra.count == 0 && x.cols() > most_in_double;
  if (!sparse) return solve_assignment(x, y, instruction_set(), extra);
  std::optional<Assignment> found;
  if (x.cols() <= most_in_single) found = solve_dense(x, y, instruction_set(), extra, false);
  return found ? *found : solve_sparse(x, y);
}

Assignment solve_assignment(const Eigen::Ref<const Eigen::MatrixXd>& costs) {
  check_size(costs.rows(), costs.cols());
  check_finite(costs.sum(), "costs");
  if (costs.rows() == 0) return {};
  CostRows rows(costs, scan_kernels());
  const std::optional<Assignment> found = solve_in_single(rows, instruction_set());
  return found ? *found : solve_in_double(rows, scan_kernels());
}

std::vector<Index> assign(PointsIn x, PointsIn y, const ExtraRows& extra) {
  return solve_assignment(x, y, extra).to;
}

}  // namespace fm
