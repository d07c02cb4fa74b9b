// Semidiscrete transport: from a law that can be drawn to M points, of equal weight 1/M here. The plan is a
// map,
//   phi(x) = y_j with the least |x - y_j|^2 - price_j,
// and the prices maximise the concave dual
//   F(price) = E min_j (|X - y_j|^2 - price_j) + mean_j price_j,   dF/dprice_j = 1/M - P(phi(X) = y_j),
// so at the maximum every point gets its share 1/M of the source. Whatever the prices, phi is the optimal map
// to the points weighted by the shares that they do get. Points that are equal make one cell with the share
// of all of them. Sources: Genevay et al. 2016, arXiv:1605.08527 (averaged stochastic ascent); Merigot 2011
// (start from a coarser problem). With g = price / 2 this is argmin |x - y_j|^2 / 2 - g_j.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "core/types.h"
#include "ot/extra_rows.h"
#include "ot/priced_points.h"

namespace fm {

/// More points would keep the ascent busy for an hour.
constexpr Index max_semidiscrete = 100000;

/// Fills its second argument (D, N) with draws first, first + 1, ... of the source.
using Sampler = std::function<void(std::uint64_t first, PointsOut x)>;

struct SemidiscreteOptions {
  double passes = 50;  ///< draws in the ascent for each cell (at least a batch of 1024 for all), > 0
};

class SemidiscretePlan {
 public:
  /// y (D, M), M >= 1, finite. Draws rows 0, 1, ... of `source`; deterministic, also in the number of
  /// threads. Time O(passes M^2 D), memory O(M D).
  /// weights (M) > 0 of any sum: the shares are in proportion to them; empty: equal ones.
  /// Draws and points may carry extra rows, which take part in the cost.
  SemidiscretePlan(PointsIn y, const Sampler& source, const SemidiscreteOptions& options,
                   const Vector& weights = {}, const ExtraRows& extra = {});

  /// phi of each column n of x (D, N) as a column of y; of k equal ones the (n mod k)-th. Parallel.
  std::vector<Index> map(PointsIn x) const;

  double price(Index j) const { return cells_.price(cell_[static_cast<std::size_t>(j)]); }

  /// Root mean square, weighted by the shares, of how far cells are from theirs, relatively; from fresh
  /// draws, their own noise taken off: with n_c of S draws in cell c of C and share w_c,
  ///   (sum_c (n_c - S w_c)^2 / (S w_c) - (C - 1)) / (S - 1)   is nearly without bias for its square.
  double share_error() const { return share_error_; }

 private:
  std::vector<Index> cell_;                  // of each point
  std::vector<std::vector<Index>> members_;  // of each cell
  PricedPoints cells_;
  double share_error_ = 0;
};

}  // namespace fm
