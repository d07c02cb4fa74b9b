// Of each row the few columns that are cheapest for it. Since prices only fall, a column outside a list stays
// at least as dear as the list's end was when it was made, and the list answers for all columns until its own
// second best is dearer than that.
#pragma once

#include <cstdint>
#include <vector>

#include "ot/priced_blocks.h"

namespace fm {

class ShortLists {
 public:
  static constexpr int length = 16;
  struct List {
    double cost[length];  ///< infinite where there are fewer columns
    std::int32_t column[length];
    double bound;  ///< no other column's cost - price is below it
  };

  /// x (D, n). Both must outlive the lists, which are made when they are first asked for; from then on prices
  /// only fall.
  ShortLists(const Points& x, PricedBlocks& columns);

  Index rows() const { return x_.cols(); }
  const double* point(Index row) const { return x_.col(row).data(); }
  /// As best_two() or renew() left it.
  const List& list(Index row) const { return lists_[static_cast<std::size_t>(row)]; }
  /// Makes the list of a row anew, at the prices of now.
  void renew(Index row);

  /// The two smallest of cost - price of a row and the column of the first; the second is infinite if there
  /// is one column only.
  BestTwo best_two(Index row);

 private:
  const Points& x_;
  PricedBlocks& columns_;
  std::vector<List> lists_;
};

}  // namespace fm
