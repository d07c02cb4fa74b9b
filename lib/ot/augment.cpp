#include "ot/augment.h"

#include <algorithm>
#include <utility>

#include "ot/places.h"

namespace fm {

namespace {

class Augmentation {
 public:
  Augmentation(CostRows& costs, const ScanKernels& scan, std::vector<double>& price)
      : costs_(costs),
        scan_(scan),
        price_(price),
        to_(place(costs.size()), nobody),
        owner_(price.size(), nobody),
        distance_(price.size()),
        previous_(price.size()) {}

  std::vector<Index> solve() {
    const std::vector<Index> waiting = reduce_rows();
    for (Index j = 0; j < costs_.size(); ++j)
      if (owner_[place(j)] == nobody) open_.push_back(j);
    for (const Index row : waiting) extend_from(row);
    return std::move(to_);
  }

 private:
  /// Each row takes its best column at the price where the second best is as good; the loser goes on at once.
  /// Returns the rows that are left: those that lost at an unchanged price, and all losers once n of them
  /// have gone on.
  std::vector<Index> reduce_rows() {
    std::vector<Index> waiting;
    Index turns = costs_.size();
    for (Index first = 0; first < costs_.size(); ++first)
      for (Index row = first; row != nobody;) {
        const BestTwo found = scan_.best_two(costs_.row(row), price_.data(), costs_.stride());
        double& price = price_[place(found.column)];
        const double before = price;
        if (found.second < infinity) price -= found.second - found.best;
        Index loser = std::exchange(owner_[place(found.column)], row);
        to_[place(row)] = found.column;
        if (loser != nobody && (price == before || --turns < 0))
          waiting.push_back(std::exchange(loser, nobody));
        row = loser;
      }
    return waiting;
  }

  /// Dijkstra's search over columns from a row without one to the nearest open column, then prices and the
  /// assignment along the path. Reached columns are masked: price -inf and distance inf keep them out of the
  /// scan.
  void extend_from(Index start) {
    masked_ = price_;
    std::fill(distance_.begin(), distance_.end(), infinity);
    reached_.clear();
    Index row = start;
    double base = 0;
    Nearest near;
    for (;;) {
      near = scan_.relax(costs_.row(row), masked_.data(), base, row, costs_.stride(), distance_.data(),
                         previous_.data());
      if (take_open(near)) break;
      const std::size_t column = place(near.column);
      reached_.push_back(near);
      row = owner_[column];
      base = near.distance - (costs_.row(row)[column] - price_[column]);
      masked_[column] = -infinity;
      distance_[column] = infinity;
    }
    for (const Nearest& column : reached_) price_[place(column.column)] += column.distance - near.distance;
    Index column = near.column;
    do {
      row = previous_[place(column)];
      owner_[place(column)] = row;
      std::swap(to_[place(row)], column);
    } while (row != start);
  }

  /// Moves to an open column at the distance of `near`, if there is one: with many ties (grids, duplicates) a
  /// search that preferred owned columns would walk through all of them.
  bool take_open(Nearest& near) {
    for (Index& column : open_)
      if (distance_[place(column)] <= near.distance) {
        near.column = column;
        column = open_.back();
        open_.pop_back();
        return true;
      }
    return false;
  }

  CostRows& costs_;
  const ScanKernels& scan_;
  std::vector<double>& price_;
  std::vector<Index> to_, owner_;       // column of each row, row of each column
  std::vector<Index> open_;             // columns without a row
  std::vector<double> masked_;          // prices, -inf where reached
  std::vector<double> distance_;        // of each column not reached, from the row that the search began with
  std::vector<std::int64_t> previous_;  // row before each column on its shortest path
  std::vector<Nearest> reached_;
};

}  // namespace

std::vector<Index> augment(CostRows& costs, const ScanKernels& scan, std::vector<double>& price) {
  return Augmentation(costs, scan, price).solve();
}

}  // namespace fm
