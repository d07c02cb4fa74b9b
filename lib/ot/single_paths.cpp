#include "ot/single_paths.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "ot/places.h"

namespace fm {

namespace {

constexpr float far = std::numeric_limits<float>::infinity();

/// Part of the free rows' columns that a search reaches: the farthest of all would lead through the whole
/// problem (a third, or two thirds: the same within a tenth; all: up to twice as slow).
constexpr double reached_part = 0.5;

/// Searches from all free rows over columns, by rows that own columns reached.
class Searches {
 public:
  Searches(const SingleCosts& costs, float stride, SingleAssignment& found)
      : costs_(costs),
        stride_(stride),
        found_(found),
        distance_(found.offset.size()),
        looked_at_(found.offset.size()),
        previous_(found.offset.size()),
        used_(place(costs.size())) {}

  /// One search and the paths that it finds; returns the rows that are still free.
  void extend(std::vector<std::int32_t>& free_rows) {
    std::fill(distance_.begin(), distance_.end(), far);
    std::fill(looked_at_.begin(), looked_at_.end(), far);
    ends_.clear();
    farthest_ = 0;
    leave(free_rows);
    const auto wanted = static_cast<std::size_t>(reached_part * static_cast<double>(free_rows.size())) + 1;
    while (look_further(wanted)) {
    }
    for (std::size_t j = 0; j < distance_.size(); ++j)
      found_.offset[j] += farthest_ > distance_[j] ? farthest_ - distance_[j] : 0;
    take_paths();
    std::erase_if(free_rows, [&](std::int32_t row) { return found_.to[place(row)] != nobody; });
  }

 private:
  /// From each free row, whose best column is at distance 0.
  void leave(const std::vector<std::int32_t>& free_rows) {
    for (std::size_t first = 0; first < free_rows.size(); first += row_group) {
      const int count = static_cast<int>(std::min<std::size_t>(row_group, free_rows.size() - first));
      SingleBestTwo best[row_group];
      costs_.best_two(free_rows.data() + first, count, found_.offset, best);
      Reach from;
      from.count = count;
      for (int r = 0; r < row_group; ++r)
        set(from, r, free_rows[first + (r < count ? place(r) : 0)], 0, -best[r].best);
      reach(from);
    }
  }

  static void set(Reach& from, int r, std::int32_t row, float floor, float base) {
    from.row[r] = row;
    from.floor[r] = floor;
    from.base[r] = base;
  }
  void reach(const Reach& from) {
    costs_.reach(from, found_.offset, looked_at_.data(), distance_.data(), previous_.data(), &nearest_);
    last_ = from.row[0];
  }

  /// From the owners of the nearest columns; false when enough free columns have been reached and no other
  /// column is nearer than the farthest of these.
  bool look_further(std::size_t wanted) {
    float nearest = far;
    for (const float distance : nearest_.distance) nearest = std::min(nearest, distance);
    if (nearest == far || (ends_.size() >= wanted && nearest >= farthest_)) return false;
    int classes[row_group];
    const int count = choose_classes(nearest, classes);
    Reach from;
    int rows = 0;
    for (int k = 0; k < count; ++k) {
      const std::int32_t column = nearest_.column[classes[k]];
      const float distance = nearest_.distance[classes[k]];
      const bool first = looked_at_[place(column)] == far;
      looked_at_[place(column)] = distance;
      const Index owner = found_.owner[place(column)];
      if (owner != nobody) {
        set(from, rows++, static_cast<std::int32_t>(owner), distance,
            distance - costs_.value(owner, column, found_.offset));
      } else {
        farthest_ = std::max(farthest_, distance);
        if (first) ends_.push_back(column);
      }
    }
    if (rows == 0) set(from, rows++, last_, far, far);  // to find the nearest of what is left
    from.count = rows;
    for (int r = rows; r < row_group; ++r) set(from, r, from.row[0], from.floor[0], from.base[0]);
    reach(from);
    return true;
  }

  /// Those with a column within the stride of the nearest, or within so small a part of it that they are few
  /// enough for one look.
  int choose_classes(float nearest, int* classes) const {
    constexpr int most_halvings = 8;
    float stride = stride_;
    for (int halvings = 0; halvings < most_halvings; ++halvings, stride /= 2) {
      int near = 0;
      for (const float distance : nearest_.distance) near += distance <= nearest + stride;
      if (near <= row_group) break;
    }
    int count = 0;
    for (int k = 0; k < column_classes && count < row_group; ++k)
      if (nearest_.distance[k] <= nearest + stride) classes[count++] = k;
    return count;
  }

  /// To each free column reached in turn, if no row on its path has been taken by a path before.
  void take_paths() {
    std::fill(used_.begin(), used_.end(), char{0});
    std::sort(ends_.begin(), ends_.end(), [&](std::int32_t p, std::int32_t q) {
      return std::pair(distance_[place(p)], p) < std::pair(distance_[place(q)], q);
    });
    for (const std::int32_t end : ends_) {
      Index row = previous_[place(end)];
      while (!used_[place(row)] && found_.to[place(row)] != nobody)
        row = previous_[place(found_.to[place(row)])];
      if (used_[place(row)]) continue;
      for (Index column = end; column != nobody;) {
        row = previous_[place(column)];
        used_[place(row)] = 1;
        found_.owner[place(column)] = row;
        std::swap(found_.to[place(row)], column);
      }
    }
  }

  const SingleCosts& costs_;
  const float stride_;
  SingleAssignment& found_;
  std::vector<float> distance_, looked_at_;  // of columns, now and when their owners were last looked at
  std::vector<std::int32_t> previous_;       // row before each column
  NearestOfClasses nearest_;                 // columns to look at
  std::vector<std::int32_t> ends_;           // free columns reached
  float farthest_ = 0;                       // of these
  std::int32_t last_ = 0;                    // a row looked at
  std::vector<char> used_;                   // rows on paths taken
};

}  // namespace

void augment_in_single(const SingleCosts& costs, float stride, std::vector<std::int32_t> free_rows,
                       SingleAssignment& found) {
  Searches searches(costs, stride, found);
  while (!free_rows.empty()) searches.extend(free_rows);
}

}  // namespace fm
