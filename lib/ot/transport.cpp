#include "ot/transport.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "core/error.h"
#include "core/numeric.h"
#include "core/text.h"
#include "ot/assignment.h"
#include "ot/priced_points.h"
#include "ot/sinkhorn.h"

namespace fm {

namespace {

void check_equal_sizes(const char* method, PointsIn x, PointsIn y) {
  if (x.cols() != y.cols())
    throw data_error("plan-sizes",
                     std::string("the plan \"") + method + "\" pairs equal numbers of points, not " +
                         std::to_string(x.cols()) + " and " + std::to_string(y.cols()),
                     {}, "sinkhorn and unbalanced take clouds of different sizes");
}

void check_entries(Index rows, Index columns) {
  if (rows > max_plan_entries / columns)
    throw limit_error("plan-limit",
                      "a plan between " + std::to_string(rows) + " and " + std::to_string(columns) +
                          " points: at most " + std::to_string(max_plan_entries) + " pairs can be weighed",
                      {}, "use fewer points, or the plan greedy");
}

/// Squares below this have lost digits to underflow, and those of points 2^54 times nearer are 0.
constexpr double least_square = std::numeric_limits<double>::min() * 0x1p54;

[[noreturn]] void refuse_small_squares() {
  throw data_error("squares-underflow", "coordinates differ by so little that their squares underflow", {},
                   "multiply the columns by a power of ten first, or standardise them");
}

void check_finite(const Points& costs) {
  if (!std::isfinite(costs.sum()))
    throw data_error("not-finite", "coordinates are not finite, or their squares overflow");
}

/// |x_i - y_j|^2 (N, M).
Points squared_distances(PointsIn x, PointsIn y) {
  check_entries(x.cols(), y.cols());
  Points costs(x.cols(), y.cols());
  for (Index j = 0; j < y.cols(); ++j)
    costs.col(j) = (x.colwise() - y.col(j)).colwise().squaredNorm().transpose();
  check_finite(costs);
  if (costs.maxCoeff() < least_square && ((x.colwise() - y.col(0)).array() != 0).any())
    refuse_small_squares();
  return costs;
}

/// The costs (N, M) with those of extra rows.
Points costs_between(PointsIn x, PointsIn y, const ExtraRows& extra) {
  const Index places = x.rows() - extra.classes;
  Points costs = squared_distances(x.topRows(places), y.topRows(places));
  for (Index k = places; k < x.rows(); ++k) {
    const Vector from = x.row(k);
    for (Index j = 0; j < y.cols(); ++j)
      costs.col(j).array() += extra.class_cost * (from.array() != y(k, j)).cast<double>();
  }
  if (extra.classes > 0) check_finite(costs);
  return costs;
}

Vector equal_weights(Index count) {
  return Vector::Constant(count, 1 / static_cast<double>(count));
}

/// Row i with column to_i, for the rows that have one (not -1); each pair has mass 1/N.
Plan one_to_one(const std::vector<Index>& to) {
  const auto count = static_cast<Index>(to.size());
  Plan plan{count, count, {}};
  for (Index i = 0; i < count; ++i)
    if (const Index j = to[static_cast<std::size_t>(i)]; j >= 0)
      plan.entries.push_back({i, j, 1 / static_cast<double>(count)});
  return plan;
}

/// The mean cost without that of extra rows, in which reg and penalty are given.
double mean_cost(const Points& costs, PointsIn x, PointsIn y, const ExtraRows& extra) {
  if (extra.count == 0) return costs.mean();
  const Index rows = x.rows() - extra.count;
  return squared_distances(x.topRows(rows), y.topRows(rows)).mean();
}

/// Where all costs are 0 every plan is optimal, and any unit does.
double unit_of(double mean_cost) {
  return mean_cost > 0 ? mean_cost : 1;
}

/// What a plan can be found with: products of reg and penalty with costs are doubles above 0.
EntropicOptions checked(const EntropicOptions& options) {
  const double least = std::numeric_limits<double>::min(), most = 1e300;
  if (!(options.reg >= least && options.reg <= most) || !(options.penalty >= least))
    throw usage_error("plan-range",
                      "reg is " + shortest(options.reg) + " in units of the costs, or the penalty is " +
                          shortest(options.penalty) + ": no plan can be weighed with them",
                      "give them nearer to the costs");
  return options;
}

EntropicOptions entropic_options(const SinkhornTransport& method, double mean_cost) {
  if (method.reg_abs > 0 && method.reg != SinkhornTransport{}.reg)
    throw usage_error("reg-twice", "reg and reg_abs both say how much the entropy weighs",
                      "leave one of them out");
  EntropicOptions options;
  options.reg = method.reg_abs > 0 ? method.reg_abs : method.reg * unit_of(mean_cost);
  options.tolerance = method.tolerance;
  options.max_iterations = method.max_iterations;
  return checked(options);
}

EntropicOptions entropic_options(const UnbalancedTransport& method, double mean_cost) {
  EntropicOptions options;
  options.reg = method.reg * unit_of(mean_cost);
  options.penalty = method.penalty * unit_of(mean_cost);
  options.tolerance = method.tolerance;
  options.max_iterations = method.max_iterations;
  return checked(options);
}

/// Between points of equal weight.
template <class Method>
Plan entropic_plan(const Method& method, PointsIn x, PointsIn y, const ExtraRows& extra) {
  const Points costs = costs_between(x, y, extra);
  return sparse_plan(solve_sinkhorn(costs, equal_weights(x.cols()), equal_weights(y.cols()),
                                    entropic_options(method, mean_cost(costs, x, y, extra)))
                         .mass);
}

}  // namespace

Plan transport_plan(const ExactTransport& method, PointsIn x, PointsIn y, const ExtraRows& extra) {
  check_equal_sizes(method.name, x, y);
  return one_to_one(assign(x, y, extra));
}

Plan transport_plan(const SinkhornTransport& method, PointsIn x, PointsIn y, const ExtraRows& extra) {
  return entropic_plan(method, x, y, extra);
}

Plan transport_plan(const UnbalancedTransport& method, PointsIn x, PointsIn y, const ExtraRows& extra) {
  return entropic_plan(method, x, y, extra);
}

Plan transport_plan(const PartialTransport& method, PointsIn x, PointsIn y, const ExtraRows& extra) {
  check_equal_sizes(method.name, x, y);
  const Index count = x.cols();
  const auto moved = std::max<Index>(1, std::llround(method.share * static_cast<double>(count)));
  const Index all = 2 * count - moved;
  check_entries(all, all);
  // A pair of dummies would let one more pair of points be made. Any price above 0 rules that out, since
  // costs are not negative: undoing both would save it. The largest cost keeps the scale.
  Points costs = Points::Zero(all, all);
  costs.topLeftCorner(count, count) = costs_between(x, y, extra);
  const double largest = costs.maxCoeff();
  costs.bottomRightCorner(all - count, all - count).setConstant(largest > 0 ? largest : 1);
  std::vector<Index> to = solve_assignment(costs).to;
  to.resize(static_cast<std::size_t>(count));
  for (Index& column : to)
    if (column >= count) column = -1;
  return one_to_one(to);
}

Plan transport_plan(const GreedyTransport& method, PointsIn x, PointsIn y, const ExtraRows& extra) {
  check_equal_sizes(method.name, x, y);
  const Index places = x.rows() - extra.classes;
  const double spread = (x.topRows(places).colwise() - y.col(0).head(places)).cwiseAbs().maxCoeff();
  if (spread > 0 && spread * spread < least_square) refuse_small_squares();
  PricedPoints free(y, extra);
  std::vector<double> costs;
  std::vector<Index> to;
  for (Index i = 0; i < x.cols(); ++i) {
    to.push_back(free.nearest(x.col(i), costs).column);
    free.set_price(to.back(), -std::numeric_limits<double>::infinity());
  }
  return one_to_one(to);
}

Plan transport_plan(const Transport& method, PointsIn x, PointsIn y) {
  return std::visit([&](const auto& member) { return transport_plan(member, x, y); }, method);
}

Plan transport_plan(const Transport& method, PointsIn x, PointsIn y, VectorIn a, VectorIn b) {
  const Vector heavy_a = scaled_weights(a), heavy_b = scaled_weights(b);
  const Vector from = heavy_a / heavy_a.sum(), to = heavy_b / heavy_b.sum();
  if (!(from.minCoeff() > 0 && to.minCoeff() > 0))
    throw data_error("plan-masses", "a weight is so small beside the others that its point has no mass", {},
                     "leave out rows of so little weight");
  return std::visit(
      [&]<class Method>(const Method& member) -> Plan {
        if constexpr (requires { entropic_options(member, 1.0); }) {
          const Points costs = squared_distances(x, y);
          return sparse_plan(
              solve_sinkhorn(costs, from, to, entropic_options(member, from.dot(costs * to))).mass);
        } else {
          throw usage_error("plan-weights",
                            std::string("the plan \"") + Method::name +
                                "\" pairs points one to one: their weights cannot differ",
                            "sinkhorn and unbalanced take weights, e.g. sinkhorn:reg=0.01");
        }
      },
      method);
}

}  // namespace fm
