// Ways to find a plan between two clouds whose points have equal weight, 1/N and 1/M, or, for some of them,
// any, for the cost |x - y|^2. Rows appended to both clouds extend the cost (extra_rows.h): with sqrt(w)
// times each point's condition as extra rows it is |x - y|^2 + w |c_x - c_y|^2, the condition-aware cost of
// arXiv:2503.10636. What is relative to the mean cost is so to that of |x - y|^2 alone: large w would make
// every entropy a large one.
#pragma once

#include <cstdint>
#include <tuple>
#include <variant>

#include "core/fields.h"
#include "core/types.h"
#include "ot/extra_rows.h"
#include "ot/plan.h"

namespace fm {

/// Weights of the entropy, and prices, relative to the mean cost: beyond these a plan is as good as exact or
/// independent, and rounding is all that changes.
constexpr Range entropic_range = between(1e-9, 1e9);
/// L1 error of marginals, of masses of sum 1; no plan is wrong by more than 2.
constexpr Range marginal_error = {.low = 0, .high = 1, .low_open = true};

/// A permutation of least total cost (assignment.h). Needs N = M.
struct ExactTransport {
  static constexpr auto name = "exact";
  static constexpr auto summary = "the permutation of least total cost";
  static constexpr auto fields() { return std::tuple{}; }
};

/// Entropic transport (sinkhorn.h): exact as reg -> 0, independent as it grows. Any N, M.
struct SinkhornTransport {
  static constexpr auto name = "sinkhorn";
  static constexpr auto summary = "entropic plan; partners are drawn from it";
  double reg = 0.05;
  double reg_abs = 0;
  double tolerance = 1e-3;
  std::int64_t max_iterations = 10000;
  static constexpr auto fields() {
    using T = SinkhornTransport;
    return std::tuple{
        field("reg", &T::reg, "weight of the entropy, relative to the mean cost", entropic_range),
        field("reg_abs", &T::reg_abs, "the same in units of the cost (0: use reg)", at_least(0)),
        field("tolerance", &T::tolerance, "largest L1 error of the marginals", marginal_error),
        field("max_iterations", &T::max_iterations, "iterations before it counts as failed",
              between(1, 1e9))};
  }
};

/// Entropic transport whose marginals may differ from the clouds' weights at the price of
/// penalty KL(marginal | weights), so that outliers are left aside. Any N, M.
struct UnbalancedTransport {
  static constexpr auto name = "unbalanced";
  static constexpr auto summary = "entropic plan that may leave far points aside";
  double reg = 0.05;
  double penalty = 1;
  double tolerance = 1e-3;
  std::int64_t max_iterations = 10000;
  static constexpr auto fields() {
    using T = UnbalancedTransport;
    return std::tuple{
        field("reg", &T::reg, "weight of the entropy, relative to the mean cost", entropic_range),
        field("penalty", &T::penalty, "price of wrong marginals, relative to the mean cost", entropic_range),
        field("tolerance", &T::tolerance, "largest L1 error of the marginals it settles on", marginal_error),
        field("max_iterations", &T::max_iterations, "iterations before it counts as failed",
              between(1, 1e9))};
  }
};

/// The `share` of the points of both sides that is cheapest to pair, one to one: round(share N) pairs, at
/// least one. An assignment with N - round(share N) free dummy points on each side. Needs N = M. Source:
/// Chapel et al. 2020, arXiv:2002.08276.
struct PartialTransport {
  static constexpr auto name = "partial";
  static constexpr auto summary = "the share of the points that is cheapest to pair";
  double share = 0.9;
  static constexpr auto fields() {
    return std::tuple{field("share", &PartialTransport::share, "share of the mass that is moved",
                            Range{.low = 0, .high = 1, .low_open = true})};
  }
};

/// Each source point in turn takes the nearest target point that is still free: a permutation of no least
/// cost, in O(N^2) time and O(N) memory. Needs N = M.
struct GreedyTransport {
  static constexpr auto name = "greedy";
  static constexpr auto summary = "each source point in turn takes the nearest target still free";
  static constexpr auto fields() { return std::tuple{}; }
};

using Transport =
    std::variant<ExactTransport, SinkhornTransport, UnbalancedTransport, PartialTransport, GreedyTransport>;

/// Most entries of a matrix of costs that a plan is found from: a quarter of a gigabyte, and entropic plans
/// keep three such.
constexpr Index max_plan_entries = Index{1} << 25;

/// The plan between x (D, N) and y (D, M), N, M >= 1; its mass is 1 (partial: the share moved; unbalanced:
/// what it settles on). Not parallel. Throws data errors "plan-sizes" (N != M where they must be equal),
/// "not-finite" and, but for exact plans, "squares-underflow"; limit errors "plan-limit" and
/// "assignment-limit"; usage errors "reg-twice" (reg and reg_abs) and "plan-range" (a reg or penalty that
/// leaves the doubles in units of the costs); numeric errors of solve_sinkhorn.
Plan transport_plan(const ExactTransport&, PointsIn x, PointsIn y, const ExtraRows& extra = {});
Plan transport_plan(const SinkhornTransport& method, PointsIn x, PointsIn y, const ExtraRows& extra = {});
Plan transport_plan(const UnbalancedTransport& method, PointsIn x, PointsIn y, const ExtraRows& extra = {});
Plan transport_plan(const PartialTransport& method, PointsIn x, PointsIn y, const ExtraRows& extra = {});
Plan transport_plan(const GreedyTransport&, PointsIn x, PointsIn y, const ExtraRows& extra = {});
Plan transport_plan(const Transport& method, PointsIn x, PointsIn y);

/// The plan between points of weights a (N), b (M) > 0, of any sums: masses of the points are a / sum a and
/// b / sum b, and reg and penalty are relative to the mean cost under them. A point of weight k is as k
/// points. Throws usage error "plan-weights" for methods that pair points one to one, whose points all weigh
/// the same; and data error "plan-masses" where a weight is no share of the sum.
Plan transport_plan(const Transport& method, PointsIn x, PointsIn y, VectorIn a, VectorIn b);

}  // namespace fm
