#include "ot/mass_paths.h"

#include <algorithm>
#include <utility>

#include "ot/places.h"

namespace fm {

namespace {

/// What a search looks at next: a column at its distance, open ones first; or a row whose list has been used
/// up.
struct Step {
  enum Kind { open_column, full_column, longer_list };
  double distance;
  Kind kind;
  Index which;
};

/// For a heap with the nearest step on top; ties by kind, then number.
bool later(const Step& one, const Step& other) {
  if (one.distance != other.distance) return one.distance > other.distance;
  return std::pair(one.kind, one.which) > std::pair(other.kind, other.which);
}

class ShortestPaths {
 public:
  ShortestPaths(const MassProblem& problem, PricedBlocks& columns, ShortLists& lists)
      : columns_(columns),
        lists_(lists),
        left_(problem.rows),
        room_(problem.columns),
        held_(room_.size()),
        distance_(room_.size(), infinity),
        previous_(room_.size(), nobody),
        entered_(left_.size(), nobody),
        base_(left_.size()),
        looked_(left_.size()) {}

  std::vector<std::vector<Holding>> solve() {
    for (Index row = 0; row < lists_.rows(); ++row) {
      const Index column = lists_.best_two(row).column;
      const Units units = std::min(left_[place(row)], room_[place(column)]);
      if (units > 0) move(row, nobody, column, units);
      left_[place(row)] -= units;
      room_[place(column)] -= units;
    }
    for (Index row = 0; row < lists_.rows(); ++row)
      while (left_[place(row)] > 0) extend_from(row);
    return std::move(held_);
  }

 private:
  /// Dijkstra's search over columns from a row with units left to the nearest column with room, then prices
  /// and units along the path. A column reached leads on to all rows that it holds units of.
  void extend_from(Index start) {
    enter(start, start, 0);
    Step step = next();
    while (step.kind != Step::open_column) {
      if (step.kind == Step::longer_list) {
        lengthen(step.which);
      } else if (step.distance == distance_[place(step.which)]) {
        settled_.push_back(step);
        distance_[place(step.which)] = -infinity;
        for (const Holding& holding : held_[place(step.which)])
          if (entered_[place(holding.row)] == nobody) {
            const double reduced =
                columns_.cost(lists_.point(holding.row), step.which) - columns_.price(step.which);
            enter(holding.row, step.which, step.distance - reduced);
          }
      }
      step = next();
    }
    push(start, step.which);
    for (const Step& column : settled_)
      columns_.lower_price(column.which, columns_.price(column.which) + (column.distance - step.distance));
    clear();
  }

  Step next() {
    std::pop_heap(steps_.begin(), steps_.end(), later);
    const Step step = steps_.back();
    steps_.pop_back();
    return step;
  }
  void add(const Step& step) {
    steps_.push_back(step);
    std::push_heap(steps_.begin(), steps_.end(), later);
  }

  void enter(Index row, Index column, double base) {
    entered_[place(row)] = column;
    rows_.push_back(row);
    base_[place(row)] = base;
    looked_[place(row)] = ShortLists::length;
    relax_list(row);
  }

  void relax(Index row, Index column, double distance) {
    double& known = distance_[place(column)];
    if (!(distance < known)) return;
    if (known == infinity) touched_.push_back(column);
    known = distance;
    previous_[place(column)] = row;
    add({distance, room_[place(column)] > 0 ? Step::open_column : Step::full_column, column});
  }

  void relax_list(Index row) {
    const ShortLists::List& list = lists_.list(row);
    const double base = base_[place(row)];
    for (int k = 0; k < ShortLists::length && list.cost[k] < infinity; ++k)
      relax(row, list.column[k], base + (list.cost[k] - columns_.price(list.column[k])));
    if (list.bound < infinity) add({base + list.bound, Step::longer_list, row});
  }

  /// The first time the list is made anew, which may already reach further; then each look is twice as long.
  void lengthen(Index row) {
    Index& looked = looked_[place(row)];
    const bool first = looked == ShortLists::length;
    looked *= 2;
    if (first) return lists_.renew(row), relax_list(row);
    const double base = base_[place(row)];
    const std::vector<Candidate>& found = columns_.cheapest(lists_.point(row), looked);
    for (const Candidate& candidate : found) relax(row, candidate.column, base + candidate.reduced);
    if (static_cast<Index>(found.size()) == looked)
      add({base + found.back().reduced, Step::longer_list, row});
  }

  /// As many units as the path from row `start` to column `end` carries.
  void push(Index start, Index end) {
    Units units = std::min(left_[place(start)], room_[place(end)]);
    for (Index row = previous_[place(end)]; row != start; row = previous_[place(entered_[place(row)])])
      units = std::min(units, holding(row, entered_[place(row)])->units);
    for (Index column = end;;) {
      const Index row = previous_[place(column)];
      const Index from = row == start ? nobody : entered_[place(row)];
      move(row, from, column, units);
      if (row == start) break;
      column = from;
    }
    left_[place(start)] -= units;
    room_[place(end)] -= units;
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
      held_[place(to)].push_back({row, units});
  }

  void clear() {
    for (const Index column : touched_) distance_[place(column)] = infinity;
    for (const Index row : rows_) entered_[place(row)] = nobody;
    steps_.clear();
    settled_.clear();
    touched_.clear();
    rows_.clear();
  }

  PricedBlocks& columns_;
  ShortLists& lists_;
  std::vector<Units> left_, room_;  // units of rows and columns not yet placed
  std::vector<std::vector<Holding>> held_;
  // Of the search from one row:
  std::vector<double> distance_;  // of each column; -inf once it is settled
  std::vector<Index> previous_;   // row before each column on its shortest path
  std::vector<Index> entered_;    // column that each row was reached by; itself for the start
  std::vector<double> base_;      // distance to each row reached
  std::vector<Index> looked_;     // columns that each row reached has been asked for
  std::vector<Step> steps_, settled_;
  std::vector<Index> touched_, rows_;  // columns and rows reached
};

}  // namespace

std::vector<std::vector<Holding>> shortest_paths(const MassProblem& problem, PricedBlocks& columns,
                                                 ShortLists& lists) {
  return ShortestPaths(problem, columns, lists).solve();
}

}  // namespace fm
