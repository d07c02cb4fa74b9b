#include "ot/transportation.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "core/error.h"
#include "core/numeric.h"
#include "core/text.h"
#include "ot/auction_steps.h"
#include "ot/scan.h"

namespace fm {

namespace {

using Units = std::int64_t;

constexpr Index nobody = -1;
constexpr double infinity = std::numeric_limits<double>::infinity();

std::size_t place(Index i) {
  return static_cast<std::size_t>(i);
}

/// Rows of |x_i - y_j|^power, padded to the scan's block.
class DistanceRows {
 public:
  DistanceRows(PointsIn x, PointsIn y, CostPower power)
      : x_(x),
        y_(Points::Zero((y.cols() + scan_block - 1) / scan_block * scan_block, y.rows())),
        columns_(y.cols()),
        power_(power),
        row_(place(y_.rows())) {
    y_.topRows(columns_) = y.transpose();
  }
  Index rows() const { return x_.cols(); }
  Index columns() const { return columns_; }
  Index stride() const { return y_.rows(); }
  /// Row i (stride); valid until the next call.
  const double* row(Index i) {
    scan_kernels().squared_distances(x_.col(i).data(), y_.data(), x_.rows(), stride(), row_.data());
    if (power_ == CostPower::one) {
      Eigen::Map<Eigen::ArrayXd> costs(row_.data(), stride());
      costs = costs.sqrt();
    }
    return row_.data();
  }

 private:
  Points x_, y_;  // (D, n), (stride, D)
  Index columns_;
  CostPower power_;
  std::vector<double> row_;
};

/// Units of a row that sit in a column, at the price that the row has bid for them.
struct Holding {
  Index row;
  Units units;
  double level;
};

bool cheaper(const Holding& one, const Holding& other) {
  return one.level < other.level;
}

struct Masses {
  std::vector<Units> rows, columns;  // of equal sums
};

/// An auction in which a row bids for as many units of its best column as it lacks, and takes them from the
/// free ones and from those who bid least. A column's price is that of its cheapest unit.
class MassAuction {
 public:
  MassAuction(DistanceRows& costs, const Masses& masses, std::vector<double>& price)
      : costs_(costs), masses_(masses), price_(price) {}

  void run() {
    if (costs_.columns() < 2) return;
    std::vector<double> cost, step;
    for (Index i = 0; i < costs_.rows(); ++i) {
      const double* row = costs_.row(i);
      const BestTwo found = scan_kernels().best_two(row, price_.data(), costs_.stride());
      cost.push_back(row[(i + costs_.columns() / 2) % costs_.columns()]);
      step.push_back(found.second - found.best);
    }
    const double typical = median(cost);
    if (!(typical > 0)) return;
    const double last = std::max(last_increment * median(step),
                                 least_increment * typical / static_cast<double>(costs_.columns()));
    for (double increment = first_increment * typical; increment > last; increment *= shrinkage)
      phase(increment);
    phase(last);
  }

 private:
  void phase(double increment) {
    std::vector<std::vector<Holding>> held(place(costs_.columns()));
    for (std::size_t j = 0; j < held.size(); ++j) held[j].push_back({nobody, masses_.columns[j], price_[j]});
    std::vector<Units> lacking = masses_.rows;
    std::vector<Index> queue, next;
    for (Index i = 0; i < costs_.rows(); ++i)
      if (lacking[place(i)] > 0) queue.push_back(i);
    Index bids = bids_a_row * (costs_.rows() + costs_.columns());
    for (; !queue.empty(); queue.swap(next), next.clear())
      for (const Index row : queue) {
        if (--bids < 0) return;
        const BestTwo found = scan_kernels().best_two(costs_.row(row), price_.data(), costs_.stride());
        const auto column = place(found.column);
        bid(row, price_[column] - (found.second - found.best + increment), held[column], lacking, next);
        price_[column] = held[column].front().level;
        if (lacking[place(row)] > 0) next.push_back(row);
      }
  }

  /// Holdings are a heap, the cheapest unit (the highest price level) first.
  static void bid(Index row, double level, std::vector<Holding>& held, std::vector<Units>& lacking,
                  std::vector<Index>& next) {
    Units taken = 0;
    Units& wanted = lacking[place(row)];
    while (wanted > 0 && !held.empty() && held.front().level > level) {
      Holding& first = held.front();
      const Units units = std::min(wanted, first.units);
      wanted -= units;
      taken += units;
      first.units -= units;
      if (first.row != nobody && first.row != row) {
        Units& lost = lacking[place(first.row)];
        if (lost == 0) next.push_back(first.row);
        lost += units;
      } else if (first.row == row) {
        wanted += units;
      }
      if (first.units > 0) break;
      std::pop_heap(held.begin(), held.end(), cheaper);
      held.pop_back();
    }
    held.push_back({row, taken, level});
    std::push_heap(held.begin(), held.end(), cheaper);
  }

  DistanceRows& costs_;
  const Masses& masses_;
  std::vector<double>& price_;
};

/// Shortest augmenting paths from any prices: the exact part.
class ShortestPaths {
 public:
  ShortestPaths(DistanceRows& costs, Masses masses, std::vector<double>& price)
      : costs_(costs),
        left_(std::move(masses.rows)),
        room_(std::move(masses.columns)),
        price_(price),
        held_(room_.size()),
        entered_(left_.size(), nobody),
        distance_(price.size()),
        zeros_(price.size(), 0.0),
        previous_(price.size()) {}

  /// Units that each column holds of each row.
  std::vector<std::vector<Holding>> solve() {
    for (Index i = 0; i < costs_.rows(); ++i) {
      if (left_[place(i)] == 0) continue;
      const Index column = scan_kernels().best_two(costs_.row(i), price_.data(), costs_.stride()).column;
      const Units units = std::min(left_[place(i)], room_[place(column)]);
      if (units > 0) move(i, nobody, column, units);
      left_[place(i)] -= units;
      room_[place(column)] -= units;
    }
    for (Index j = 0; j < costs_.columns(); ++j)
      if (room_[place(j)] > 0) open_.push_back(j);
    for (Index i = 0; i < costs_.rows(); ++i)
      while (left_[place(i)] > 0) extend_from(i);
    return std::move(held_);
  }

 private:
  /// Dijkstra's search over columns from a row with units left to the nearest column with room, as in
  /// augment.cpp, where each column reached leads on to all rows that it holds units of.
  void extend_from(Index start) {
    masked_ = price_;
    std::fill(distance_.begin(), distance_.end(), infinity);
    reached_.clear();
    rows_.assign(1, start);
    entered_[place(start)] = start;
    Nearest near = relax(start, 0);
    while (!take_open(near)) {
      const auto column = place(near.column);
      reached_.push_back(near);
      masked_[column] = -infinity;
      distance_[column] = infinity;
      const Nearest from = near;
      bool found = false;
      for (const Holding& holding : held_[column]) {
        if (entered_[place(holding.row)] != nobody) continue;
        entered_[place(holding.row)] = from.column;
        rows_.push_back(holding.row);
        const double* row = costs_.row(holding.row);
        near = relax_row(row, holding.row, from.distance - (row[column] - price_[column]));
        found = true;
      }
      if (found) continue;
      const BestTwo rest = scan_kernels().best_two(distance_.data(), zeros_.data(), costs_.stride());
      near = {rest.best, rest.column};
    }
    push(start, near.column);
    for (const Nearest& column : reached_) price_[place(column.column)] += column.distance - near.distance;
    for (const Index row : rows_) entered_[place(row)] = nobody;
  }

  Nearest relax(Index row, double base) { return relax_row(costs_.row(row), row, base); }
  Nearest relax_row(const double* costs, Index row, double base) {
    return scan_kernels().relax(costs, masked_.data(), base, row, costs_.stride(), distance_.data(),
                                previous_.data());
  }

  /// With many ties a search that preferred full columns would walk through all of them.
  bool take_open(Nearest& near) const {
    for (const Index column : open_)
      if (distance_[place(column)] <= near.distance) {
        near.column = column;
        return true;
      }
    return false;
  }

  /// As many units as the path from row `start` to column `end` carries.
  void push(Index start, Index end) {
    Units units = std::min(left_[place(start)], room_[place(end)]);
    for (Index row = previous_[place(end)]; row != start; row = previous_[place(entered_[place(row)])])
      units = std::min(units, holding(row, entered_[place(row)])->units);
    Index column = end;
    for (;;) {
      const Index row = previous_[place(column)];
      const Index from = row == start ? nobody : entered_[place(row)];
      move(row, from, column, units);
      if (row == start) break;
      column = from;
    }
    left_[place(start)] -= units;
    if ((room_[place(end)] -= units) == 0) open_.erase(std::find(open_.begin(), open_.end(), end));
  }

  std::vector<Holding>::iterator holding(Index row, Index column) {
    std::vector<Holding>& held = held_[place(column)];
    return std::find_if(held.begin(), held.end(), [&](const Holding& h) { return h.row == row; });
  }

  void move(Index row, Index from, Index to, Units units) {
    if (from != nobody) {
      const auto old = holding(row, from);
      if ((old->units -= units) == 0) held_[place(from)].erase(old);
    }
    const auto now = holding(row, to);
    if (now != held_[place(to)].end())
      now->units += units;
    else
      held_[place(to)].push_back({row, units, 0});
  }

  DistanceRows& costs_;
  std::vector<Units> left_, room_;  // units of rows and columns not yet placed
  std::vector<double>& price_;
  std::vector<std::vector<Holding>> held_;  // by column
  std::vector<Index> open_;                 // columns with room
  std::vector<Index> entered_;              // column that the search reached a row by; itself for the start
  std::vector<Index> rows_;                 // rows reached
  std::vector<double> masked_, distance_, zeros_;
  std::vector<std::int64_t> previous_;  // row before each column on its shortest path
  std::vector<Nearest> reached_;
};

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

Masses count_units(VectorIn a, VectorIn b) {
  if ((a.array() == a[0]).all() && (b.array() == b[0]).all())
    return {std::vector<Units>(place(a.size()), b.size()), std::vector<Units>(place(b.size()), a.size())};
  return {shares(a), shares(b)};
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

  // Squared distances allow each cloud a centre of its own (assignment.cpp), distances only one for both.
  const Vector centre_x = mean_point(x);
  const Vector centre_y = power == CostPower::two ? mean_point(y) : centre_x;
  const Points centred_x = x.colwise() - centre_x, centred_y = y.colwise() - centre_y;
  DistanceRows costs(centred_x, centred_y, power);
  std::vector<double> price(place(costs.stride()), -infinity);
  std::fill(price.begin(), price.begin() + costs.columns(), 0.0);
  MassAuction(costs, masses, price).run();
  const std::vector<std::vector<Holding>> held = ShortestPaths(costs, masses, price).solve();

  Transportation result;
  result.plan.sources = x.cols();
  result.plan.targets = y.cols();
  for (Index j = 0; j < y.cols(); ++j)
    for (const Holding& h : held[place(j)])
      result.plan.entries.push_back({h.row, j, static_cast<double>(h.units) / total});
  std::sort(result.plan.entries.begin(), result.plan.entries.end(),
            [](const PlanEntry& p, const PlanEntry& q) {
              return std::pair(p.from, p.to) < std::pair(q.from, q.to);
            });
  result.v = Eigen::Map<const Vector>(price.data(), y.cols());
  result.u.resize(x.cols());
  CompensatedSum cost;
  auto entry = result.plan.entries.begin();
  for (Index i = 0; i < x.cols(); ++i) {
    const double* row = costs.row(i);
    result.u[i] = scan_kernels().best_two(row, price.data(), costs.stride()).best;
    for (; entry != result.plan.entries.end() && entry->from == i; ++entry) {
      result.gap += entry->mass * (row[entry->to] - price[place(entry->to)] - result.u[i]);
      const double squared = (x.col(i) - y.col(entry->to)).squaredNorm();
      cost.add(entry->mass * (power == CostPower::two ? squared : std::sqrt(squared)));
    }
  }
  result.cost = cost.value();
  const double scale = std::max(result.u.lpNorm<Eigen::Infinity>(), result.v.lpNorm<Eigen::Infinity>());
  if (!(result.gap <= 1e-12 * scale))
    throw numeric_error("transport-gap",
                        "the plan could not be proved optimal: the dual gap is " + shortest(result.gap));
  const Vector m = centre_x - centre_y;
  result.u += 2 * centred_x.transpose() * m;
  result.u.array() += m.squaredNorm();
  result.v -= 2 * centred_y.transpose() * m;
  return result;
}

}  // namespace fm
