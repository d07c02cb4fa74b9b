#include "ot/transportation.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <utility>
#include <vector>

#include "core/error.h"
#include "core/numeric.h"
#include "core/text.h"
#include "ot/auction_steps.h"
#include "ot/mass_auction.h"
#include "ot/mass_paths.h"
#include "ot/masses.h"
#include "ot/places.h"

namespace fm {

namespace {

void check_masses(VectorIn masses, Index count) {
  if (masses.size() != count || !std::isfinite(masses.sum()) || (count > 0 && masses.minCoeff() < 0) ||
      !(masses.sum() > 0))
    throw data_error("masses", "each point needs one finite mass >= 0, and the sum must be above 0");
}

/// Shares of 2^60 units, the rounding of all given to the largest.
std::vector<Units> shares(VectorIn masses) {
  constexpr Units total = Units{1} << 60;
  const double sum = masses.sum();
  std::vector<Units> units(place(masses.size()));
  Units given = 0;
  for (Index i = 0; i < masses.size(); ++i)
    given += units[place(i)] = std::llround(masses[i] / sum * static_cast<double>(total));
  Index largest = 0;
  masses.maxCoeff(&largest);
  units[place(largest)] += total - given;
  return units;
}

/// Medians (D) of the coordinates of x (D, n), n >= 1.
Vector median_point(PointsIn x) {
  Vector centre(x.rows());
  for (Index d = 0; d < x.rows(); ++d) {
    std::vector<double> values(x.row(d).begin(), x.row(d).end());
    centre(d) = median(values);
  }
  return centre;
}

/// Adds the units of each point to those of its group.
std::vector<Units> grouped(const std::vector<Units>& units, const DistinctPoints& distinct) {
  std::vector<Units> sums(place(distinct.points.cols()), 0);
  for (std::size_t k = 0; k < units.size(); ++k) sums[place(distinct.group[k])] += units[k];
  return sums;
}

/// The points of each group, in their order.
std::vector<std::vector<Index>> members(const DistinctPoints& distinct) {
  std::vector<std::vector<Index>> result(place(distinct.points.cols()));
  for (std::size_t k = 0; k < distinct.group.size(); ++k)
    result[place(distinct.group[k])].push_back(static_cast<Index>(k));
  return result;
}

/// Takes units from the points of groups, one point after the other.
class Shares {
 public:
  Shares(const DistinctPoints& distinct, std::vector<Units> units)
      : members_(members(distinct)), next_(members_.size(), 0), left_(std::move(units)) {}

  /// The point whose turn it is in a group that has units left, and what it has left.
  Index point(Index group) {
    std::size_t& next = next_[place(group)];
    while (left_[place(members_[place(group)][next])] == 0) ++next;
    return members_[place(group)][next];
  }
  Units& left(Index point) { return left_[place(point)]; }

 private:
  std::vector<std::vector<Index>> members_;
  std::vector<std::size_t> next_;
  std::vector<Units> left_;
};

/// What goes from point to point where what goes from group to group is known.
std::vector<PlanEntry> between_points(const std::vector<std::vector<Holding>>& held, Shares rows,
                                      Shares columns, double total) {
  std::vector<PlanEntry> entries;
  for (std::size_t j = 0; j < held.size(); ++j)
    for (const Holding& holding : held[j])
      for (Units units = holding.units; units > 0;) {
        const Index from = rows.point(holding.row), to = columns.point(static_cast<Index>(j));
        const Units moved = std::min({units, rows.left(from), columns.left(to)});
        entries.push_back({from, to, static_cast<double>(moved) / total});
        units -= moved;
        rows.left(from) -= moved;
        columns.left(to) -= moved;
      }
  std::sort(entries.begin(), entries.end(), [](const PlanEntry& p, const PlanEntry& q) {
    return std::pair(p.from, p.to) < std::pair(q.from, q.to);
  });
  return entries;
}

/// The units of all points.
struct Masses {
  std::vector<Units> rows, columns;  // of equal sums
};

Masses count_units(VectorIn a, VectorIn b) {
  if (!(a.array() == a[0]).all() || !(b.array() == b[0]).all()) return {shares(a), shares(b)};
  const Units common = std::gcd(a.size(), b.size());
  return {std::vector<Units>(place(a.size()), b.size() / common),
          std::vector<Units>(place(b.size()), a.size() / common)};
}

}  // namespace

Transportation solve_transportation(PointsIn x, PointsIn y, VectorIn a, VectorIn b, CostPower power) {
  if (x.rows() != y.rows()) throw data_error("cloud-columns", "the clouds have different numbers of columns");
  if (x.cols() == 0 || y.cols() == 0)
    throw data_error("empty-cloud", "a cloud without points has no distance");
  if (!std::isfinite(4 * (x.squaredNorm() + y.squaredNorm())))
    throw data_error("not-finite", "coordinates are not finite, or their squares overflow");
  check_masses(a, x.cols());
  check_masses(b, y.cols());
  const Masses masses = count_units(a, b);
  double total = 0;
  for (const Units units : masses.rows) total += static_cast<double>(units);

  // Squared distances allow each cloud a centre of its own (assignment.cpp), distances only one for both. The
  // mean would follow outliers, and the clouds be apart.
  const Vector centre_x = median_point(x);
  const Vector centre_y = power == CostPower::two ? median_point(y) : centre_x;
  // In a unit near the size of the clouds squares do not underflow; a power of two keeps all digits.
  const double largest = std::max((x.colwise() - centre_x).cwiseAbs().maxCoeff(),
                                  (y.colwise() - centre_y).cwiseAbs().maxCoeff());
  const double unit = largest > 0 ? std::ldexp(1, std::ilogb(largest)) : 1;
  const DistinctPoints rows = distinct_points((x.colwise() - centre_x) / unit),
                       columns = distinct_points((y.colwise() - centre_y) / unit);
  const MassProblem problem = {rows.points, columns.points, grouped(masses.rows, rows),
                               grouped(masses.columns, columns)};
  PricedBlocks blocks(problem.y, power);
  ShortLists lists(problem.x, blocks);
  auction_prices(problem, power, blocks, lists);
  const std::vector<std::vector<Holding>> held = shortest_paths(problem, blocks, lists);

  Vector u(problem.x.cols());
  for (Index i = 0; i < u.size(); ++i) u(i) = blocks.cheapest(lists.point(i), 1).front().reduced;
  const Vector v = blocks.prices();
  Transportation result;
  for (Index j = 0; j < v.size(); ++j)
    for (const Holding& holding : held[place(j)])
      result.gap += static_cast<double>(holding.units) / total *
                    (blocks.cost(lists.point(holding.row), j) - v(j) - u(holding.row));
  const double scale = std::max(u.lpNorm<Eigen::Infinity>(), v.lpNorm<Eigen::Infinity>());
  if (!(result.gap <= 1e-12 * scale))
    throw numeric_error("transport-gap",
                        "the plan could not be proved optimal: the dual gap is " + shortest(result.gap));

  const double cost_unit = power == CostPower::two ? unit * unit : unit;
  result.gap *= cost_unit;
  result.plan = {x.cols(), y.cols(),
                 between_points(held, Shares(rows, masses.rows), Shares(columns, masses.columns), total)};
  CompensatedSum cost;
  for (const PlanEntry& entry : result.plan.entries) {
    const double squared = (x.col(entry.from) - y.col(entry.to)).squaredNorm();
    cost.add(entry.mass * (power == CostPower::two ? squared : std::sqrt(squared)));
  }
  result.cost = cost.value();
  const Vector m = centre_x - centre_y;
  result.u.resize(x.cols());
  for (Index i = 0; i < x.cols(); ++i)
    result.u(i) = cost_unit * u(rows.group[place(i)]) + 2 * (x.col(i) - centre_x).dot(m) + m.squaredNorm();
  result.v.resize(y.cols());
  for (Index j = 0; j < y.cols(); ++j)
    result.v(j) = cost_unit * v(columns.group[place(j)]) - 2 * (y.col(j) - centre_y).dot(m);
  return result;
}

}  // namespace fm
