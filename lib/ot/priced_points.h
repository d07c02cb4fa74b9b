// Points with prices: which of them is nearest to x once its price is taken off the squared distance. A
// greedy pairing, power cells and their gaps are all read from this.
#pragma once

#include <vector>

#include "core/types.h"
#include "ot/extra_rows.h"
#include "ot/scan.h"

namespace fm {

class PricedPoints {
 public:
  /// y (D, M), M >= 1; all prices 0. Distances are the costs that extra rows say.
  explicit PricedPoints(PointsIn y, const ExtraRows& extra = {});

  Index size() const { return size_; }
  double price(Index j) const { return price_[static_cast<std::size_t>(j)]; }
  /// -infinity: the point is never the nearest, unless all are so.
  void set_price(Index j, double price) { price_[static_cast<std::size_t>(j)] = price; }

  /// The two smallest of |x - y_j|^2 - price_j and the column of the first, ties to the lowest; the second is
  /// infinite if there is one point only. x (D). `costs` is scratch, so that threads may share the points.
  BestTwo nearest(VectorIn x, std::vector<double>& costs) const;

 private:
  const ScanKernels* scan_;
  ExtraRows extra_;
  Index size_, stride_;
  Points y_;                   // (stride, D): each dimension's numbers side by side
  std::vector<double> price_;  // (stride), -inf beyond size
};

}  // namespace fm
