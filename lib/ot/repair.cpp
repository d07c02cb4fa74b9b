#include "ot/repair.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <span>

#include "ot/places.h"

namespace fm {

namespace {

/// Near pairs for each row, on average: between clouds without ties two or three, on grids hundreds.
constexpr std::size_t most_near = 512;
/// Errors of a value that pairs may differ by and be near.
constexpr float errors_a_window = 8;
/// Looks at a row, on average, beyond which another method is faster.
constexpr std::size_t most_looks = 16;
/// Steps of a path of prices that have fallen, after each of which a cycle is looked for.
constexpr Index steps_a_look = 32;

struct NearPair {
  std::int32_t column;
  double cost;
};

class Repair {
 public:
  Repair(const SingleCosts& costs, const SingleAssignment& found)
      : costs_(costs),
        found_(found),
        to_(found.to),
        owner_(found.owner),
        start_(exact_prices(costs, found)),
        price_(start_),
        own_(to_.size()),
        bound_(to_.size()),
        begin_(to_.size() + 1, 0),
        before_(to_.size(), nobody),
        steps_(to_.size(), 0),
        waits_(to_.size(), 1),
        mark_(to_.size(), nobody) {}

  std::optional<RepairedAssignment> solve() {
    if (!list_pairs() || !settle()) return {};
    RepairedAssignment result{to_, Vector(costs_.size()), price_};
    for (Index row = 0; row < costs_.size(); ++row) {
      const double own = own_[place(row)] - price_(to_[place(row)]);
      if (!(own <= bound_[place(row)])) return {};
      double least = own;
      for (const NearPair& pair : near(row)) least = std::min(least, pair.cost - price_(pair.column));
      result.u(row) = least;
    }
    return result;
  }

 private:
  std::span<const NearPair> near(Index row) const {
    return {pairs_.data() + begin_[place(row)], pairs_.data() + begin_[place(row) + 1]};
  }

  /// The pairs of each row that can be as good as its own within a window, that one too.
  bool list_pairs() {
    float largest = 0;
    for (Index j = 0; j < costs_.size(); ++j) largest = std::max(largest, std::abs(found_.offset[place(j)]));
    const float error = costs_.error(largest), window = std::max(found_.window, errors_a_window * error);
    pairs_.reserve(4 * to_.size());
    std::vector<std::uint32_t> bits(found_.offset.size() / 32);
    double largest_cost = 0;
    for (Index row = 0; row < costs_.size(); ++row) {
      const Index own = to_[place(row)];
      own_[place(row)] = costs_.cost(row, own);
      bound_[place(row)] =
          own_[place(row)] - price_(own) + static_cast<double>(window - 2 * error) / costs_.scale();
      costs_.near(row, found_.offset, costs_.value(row, own, found_.offset) + window, bits.data());
      for (std::size_t k = 0; k < bits.size(); ++k)
        for (std::uint32_t left = bits[k]; left != 0; left &= left - 1) {
          const auto column = static_cast<std::int32_t>(32 * k) + std::countr_zero(left);
          pairs_.push_back({column, costs_.cost(row, column)});
          largest_cost = std::max(largest_cost, std::abs(pairs_.back().cost));
        }
      if (pairs_.size() > most_near * to_.size()) return false;
      begin_[place(row) + 1] = pairs_.size();
      largest_cost = std::max(largest_cost, std::abs(own_[place(row)]));
    }
    tolerance_ =
        8 * std::numeric_limits<double>::epsilon() * std::max(largest_cost, price_.lpNorm<Eigen::Infinity>());
    return true;
  }

  /// Lowers prices row by row until no row prefers a near column to its own.
  bool settle() {
    queue_.reserve(4 * to_.size());
    for (std::size_t i = 0; i < to_.size(); ++i) queue_.push_back(static_cast<Index>(i));
    for (std::size_t next = 0; next < queue_.size(); ++next) {
      if (next > most_looks * to_.size()) return false;
      const Index row = queue_[next];
      waits_[place(row)] = 0;
      const Index own = to_[place(row)];
      const double level = price_(own) - own_[place(row)], above = level + tolerance_;
      for (const NearPair& pair : near(row))
        if (price_(pair.column) > above + pair.cost && lower(pair.column, level + pair.cost, own)) break;
    }
    return true;
  }

  /// A column's price, because that of another has fallen; whether this has led to a cycle, which is taken.
  bool lower(Index column, double price, Index because) {
    price_(column) = price;
    before_[place(column)] = because;
    const Index steps = steps_[place(column)] = steps_[place(because)] + 1;
    if (steps % steps_a_look == 0 && take_cycle(column)) return true;
    wait(owner_[place(column)]);
    return false;
  }

  void wait(Index row) {
    if (waits_[place(row)]) return;
    waits_[place(row)] = 1;
    queue_.push_back(row);
  }

  /// If a column's price has fallen because its own has, the rows of this cycle take the columns that they
  /// prefer, and the search begins again from the first prices.
  bool take_cycle(Index column) {
    Index at = column;
    for (; at != nobody && mark_[place(at)] != column; at = before_[place(at)]) mark_[place(at)] = column;
    const bool cycle = at != nobody;
    if (cycle) {
      const Index last_owner = owner_[place(at)];
      for (Index to = at, from = before_[place(at)];; to = from, from = before_[place(from)]) {
        assign(from == at ? last_owner : owner_[place(from)], to);
        if (from == at) break;
      }
      price_ = start_;
      std::fill(before_.begin(), before_.end(), nobody);
      std::fill(steps_.begin(), steps_.end(), 0);
      for (Index row = 0; row < costs_.size(); ++row) wait(row);
    }
    std::fill(mark_.begin(), mark_.end(), nobody);
    return cycle;
  }

  void assign(Index row, Index column) {
    to_[place(row)] = column;
    owner_[place(column)] = row;
    own_[place(row)] = costs_.cost(row, column);
  }

  const SingleCosts& costs_;
  const SingleAssignment& found_;
  std::vector<Index> to_, owner_;
  Vector start_, price_;       // in the beginning and now
  std::vector<double> own_;    // cost of each row's own column
  std::vector<double> bound_;  // no pair that is not listed has cost - price below it
  std::vector<NearPair> pairs_;
  std::vector<std::size_t> begin_;  // of each row's pairs
  double tolerance_ = 0;            // rounding of cost - price
  std::vector<Index> queue_;
  std::vector<Index> before_;  // column whose price has made that of each column fall
  std::vector<Index> steps_;   // of such falls behind each column's price
  std::vector<char> waits_;    // rows in the queue
  std::vector<Index> mark_;
};

}  // namespace

Vector exact_prices(const SingleCosts& costs, const SingleAssignment& found) {
  Vector price(costs.size());
  for (Index j = 0; j < price.size(); ++j) price(j) = costs.price(j, found.offset[place(j)]);
  return price;
}

std::optional<RepairedAssignment> repair(const SingleCosts& costs, const SingleAssignment& found) {
  return Repair(costs, found).solve();
}

}  // namespace fm
