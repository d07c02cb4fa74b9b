#include "ot/plan.h"

#include <algorithm>
#include <limits>

#include "core/numeric.h"
#include "ot/priced_points.h"

namespace fm {

double plan_mass(const Plan& plan) {
  CompensatedSum mass;
  for (const PlanEntry& entry : plan.entries) mass.add(entry.mass);
  return mass.value();
}

double plan_cost(const Plan& plan, PointsIn x, PointsIn y) {
  CompensatedSum cost;
  for (const PlanEntry& entry : plan.entries)
    cost.add(entry.mass * (x.col(entry.from) - y.col(entry.to)).squaredNorm());
  return cost.value();
}

Vector source_masses(const Plan& plan) {
  Vector masses = Vector::Zero(plan.sources);
  for (const PlanEntry& entry : plan.entries) masses(entry.from) += entry.mass;
  return masses;
}

Vector target_masses(const Plan& plan) {
  Vector masses = Vector::Zero(plan.targets);
  for (const PlanEntry& entry : plan.entries) masses(entry.to) += entry.mass;
  return masses;
}

Plan sparse_plan(PointsIn mass) {
  Plan plan{mass.rows(), mass.cols(), {}};
  const Vector least = std::numeric_limits<double>::epsilon() * mass.rowwise().sum();
  for (Index i = 0; i < mass.rows(); ++i)
    for (Index j = 0; j < mass.cols(); ++j)
      if (mass(i, j) > least(i)) plan.entries.push_back({i, j, mass(i, j)});
  return plan;
}

namespace {

/// The column of the entries [begin, end) where the running sum of masses passes `share` of their sum.
Index draw_entry(const PlanEntry* begin, const PlanEntry* end, double share) {
  double left = 0;
  for (const PlanEntry* entry = begin; entry != end; ++entry) left += entry->mass;
  left *= share;
  while (begin + 1 != end && left >= begin->mass) left -= begin++->mass;
  return begin->to;
}

/// Gives each source point without a partner (-1) the nearest target point that has mass.
void follow_nearest(const Plan& plan, PointsIn x, PointsIn y, const ExtraRows& extra,
                    std::vector<Index>& partner) {
  if (std::find(partner.begin(), partner.end(), Index{-1}) == partner.end()) return;
  const Vector masses = target_masses(plan);
  PricedPoints reached(y, extra);
  for (Index j = 0; j < plan.targets; ++j)
    if (masses(j) == 0) reached.set_price(j, -std::numeric_limits<double>::infinity());
  std::vector<double> costs;
  for (Index i = 0; i < plan.sources; ++i)
    if (Index& to = partner[static_cast<std::size_t>(i)]; to < 0)
      to = reached.nearest(x.col(i), costs).column;
}

}  // namespace

std::vector<Index> draw_partners(const Plan& plan, PointsIn x, PointsIn y, const Random& random,
                                 std::uint64_t first_row, const ExtraRows& extra) {
  std::vector<Index> partner(static_cast<std::size_t>(plan.sources), Index{-1});
  const PlanEntry* const last = plan.entries.data() + plan.entries.size();
  for (const PlanEntry* begin = plan.entries.data(); begin != last;) {
    const PlanEntry* end = begin + 1;
    while (end != last && end->from == begin->from) ++end;
    const double share =
        end == begin + 1 ? 0 : random.row(first_row + static_cast<std::uint64_t>(begin->from)).uniform();
    partner[static_cast<std::size_t>(begin->from)] = draw_entry(begin, end, share);
    begin = end;
  }
  follow_nearest(plan, x, y, extra, partner);
  return partner;
}

Points barycentric_map(const Plan& plan, PointsIn y) {
  Points map = Points::Zero(y.rows(), plan.sources);
  for (const PlanEntry& entry : plan.entries) map.col(entry.from) += entry.mass * y.col(entry.to);
  return map.array().rowwise() / source_masses(plan).transpose().array();
}

}  // namespace fm
