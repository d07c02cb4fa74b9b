#include "ot/mass_auction.h"

#include <algorithm>
#include <vector>

#include "ot/auction_steps.h"
#include "ot/places.h"

namespace fm {

namespace {

// Measured over normal, shifted, scaled, clustered, gridded clouds and 8gaussians, 10,000 points, as
// processor time of auction and exact method together.

/// Points of a problem that become one of the next coarser (16: up to half as much again).
constexpr Index coarsening = 4;
/// Problems of at most this many points a side begin from nothing.
constexpr Index coarsest = 400;
/// The first increment beside the last one of the coarser problem: 20 is better than 5 and 60.
constexpr double next_increment = 20;
/// The first phase of a problem that takes more bids a row is a war that a larger increment ends sooner ...
constexpr Index first_bids = 12;
constexpr double growth = 5;
constexpr int most_growths = 12;
/// ... and any later one that takes so many is left to the exact method.
constexpr Index later_bids = 60;

/// Steps below this part of the spread are ties but for rounding.
constexpr double least_step = 0x1p-40;

/// Units at the price that the row has bid for them.
struct Lot {
  Index row;
  Units units;
  double level;
};

bool cheaper(const Lot& one, const Lot& other) {
  return one.level < other.level;
}

class MassAuction {
 public:
  MassAuction(const MassProblem& problem, PricedBlocks& columns, ShortLists& lists)
      : problem_(problem), columns_(columns), lists_(lists), held_(problem.columns.size()) {}

  /// One auction from no holdings; whether it ended within so many bids.
  bool phase(double increment, Index bids) {
    for (std::size_t j = 0; j < held_.size(); ++j)
      held_[j].assign(1, {nobody, problem_.columns[j], columns_.price(static_cast<Index>(j))});
    lacking_ = problem_.rows;
    queue_.clear();
    for (std::size_t i = 0; i < lacking_.size(); ++i)
      if (lacking_[i] > 0) queue_.push_back(static_cast<Index>(i));
    for (; !queue_.empty(); queue_.swap(next_), next_.clear())
      for (const Index row : queue_) {
        if (--bids < 0) return next_.clear(), false;
        const BestTwo found = lists_.best_two(row);
        bid(row, found.column, columns_.price(found.column) - (found.second - found.best + increment));
        if (lacking_[place(row)] > 0) next_.push_back(row);
      }
    return true;
  }

 private:
  /// Lots are a heap, the cheapest unit (the highest level) first, whose level is the column's price.
  void bid(Index row, Index column, double level) {
    std::vector<Lot>& held = held_[place(column)];
    Units taken = 0;
    Units& wanted = lacking_[place(row)];
    while (wanted > 0 && !held.empty() && held.front().level > level) {
      Lot& first = held.front();
      const Units units = std::min(wanted, first.units);
      wanted -= units;
      taken += units;
      first.units -= units;
      if (first.row == row) {
        wanted += units;
      } else if (first.row != nobody) {
        Units& lost = lacking_[place(first.row)];
        if (lost == 0) next_.push_back(first.row);
        lost += units;
      }
      if (first.units > 0) break;
      std::pop_heap(held.begin(), held.end(), cheaper);
      held.pop_back();
    }
    held.push_back({row, taken, level});
    std::push_heap(held.begin(), held.end(), cheaper);
    columns_.lower_price(column, held.front().level);
  }

  const MassProblem& problem_;
  PricedBlocks& columns_;
  ShortLists& lists_;
  std::vector<std::vector<Lot>> held_;  // by column
  std::vector<Units> lacking_;
  std::vector<Index> queue_, next_;
};

/// Medians over rows: how much dearer than the best column another one is, and the second best.
struct Scales {
  double spread, step;
};

Scales typical_scales(const PricedBlocks& columns, ShortLists& lists) {
  constexpr Index stride = 7919;  // neighbours in order are near each other
  std::vector<double> spread, step;
  for (Index i = 0; i < lists.rows(); ++i) {
    const BestTwo found = lists.best_two(i);
    const Index other = i * stride % columns.size();
    spread.push_back(columns.cost(lists.point(i), other) - columns.price(other) - found.best);
    step.push_back(found.second - found.best);
  }
  return {median(spread), median(step)};
}

/// Auctions with falling increments, the first of them given (0: a part of the spread); returns the
/// last.
double phases(const MassProblem& problem, double first, double last_part, PricedBlocks& columns,
              ShortLists& lists) {
  const Scales scales = typical_scales(columns, lists);
  if (!(scales.spread > 0)) return 0;
  const double last = scales.step > least_step * scales.spread
                          ? last_part * scales.step
                          : least_increment * scales.spread / static_cast<double>(columns.size());
  const Index rows = std::max(lists.rows(), columns.size());
  MassAuction auction(problem, columns, lists);
  double increment = std::max(first > 0 ? first : first_increment * scales.spread, last);
  for (int growths = 0; growths < most_growths && !auction.phase(increment, first_bids * rows); ++growths)
    increment *= growth;
  while (increment > last) {
    increment = std::max(increment * shrinkage, last);
    auction.phase(increment, later_bids * rows);
  }
  return increment;
}

/// As auction_prices(), down to a part of the typical step; returns the last increment.
double lower_prices(const MassProblem& problem, CostPower power, double last_part, PricedBlocks& columns,
                    ShortLists& lists);

/// Prices (m) from those of the coarser problem, by its rows: v_j = min_I c_Ij - u_I.
Vector prices_from(const MassProblem& coarse, CostPower power, ShortLists& lists, PointsIn y) {
  Vector u(coarse.x.cols());
  for (Index i = 0; i < u.size(); ++i) u(i) = lists.best_two(i).best;
  PricedBlocks rows(coarse.x, power);
  rows.set_prices(u);
  Vector price(y.cols());
  for (Index j = 0; j < price.size(); ++j) price(j) = rows.cheapest(y.col(j).data(), 1).front().reduced;
  return price;
}

double start_prices(const MassProblem& problem, CostPower power, PricedBlocks& columns, ShortLists& lists) {
  if (std::max(lists.rows(), columns.size()) <= coarsest) return 0;
  const MassProblem coarse = coarser(problem, coarsening);
  PricedBlocks coarse_columns(coarse.y, power);
  ShortLists coarse_lists(coarse.x, coarse_columns);
  const double last = lower_prices(coarse, power, 1, coarse_columns, coarse_lists);
  columns.set_prices(prices_from(coarse, power, coarse_lists, problem.y));
  return next_increment * last;
}

double lower_prices(const MassProblem& problem, CostPower power, double last_part, PricedBlocks& columns,
                    ShortLists& lists) {
  if (columns.size() < 2) return 0;
  const double first = start_prices(problem, power, columns, lists);
  return phases(problem, first, last_part, columns, lists);
}

}  // namespace

void auction_prices(const MassProblem& problem, CostPower power, PricedBlocks& columns, ShortLists& lists) {
  lower_prices(problem, power, last_increment, columns, lists);
}

}  // namespace fm
