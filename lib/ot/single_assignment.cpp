#include "ot/single_assignment.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "ot/auction_steps.h"
#include "ot/places.h"
#include "ot/single_paths.h"

namespace fm {

namespace {

/// Rows that may be without a column when a phase ends, beside the root of n: the last few take as long as
/// all others, one bid at a time (none: twice as slow; three times as many: slower by a tenth to a half).
constexpr double left_rows = 0.5;
/// Rows that are asked for the scales of a problem, and in double.
constexpr Index asked_rows = 128, asked_in_double = 16;
/// Passes without increments (2: slower by a thirtieth).
constexpr int last_passes = 3;
/// Columns that a search looks on from at once are this many last increments apart at most: so few are looked
/// on from again that eight at once are better (1: a fifth slower; 10: the same).
constexpr float search_stride = 6;
/// Increments below this many roundings of a value would be noise.
constexpr float least_roundings = 2;
/// Steps below this part of the spread are ties.
constexpr double tie = 0x1p-40;

class SingleAuction {
 public:
  SingleAuction(const SingleCosts& costs, std::vector<float>& offset)
      : costs_(costs), offset_(offset), owner_(place(costs.size())) {}

  /// All rows bid, eight at once by the same prices, until at most `left` have no column, or after so many
  /// bids. A bid counts if it is above those of the same eight.
  void phase(float increment, std::size_t left) {
    start();
    std::size_t bids = 0;
    for (std::size_t next = 0; queue_.size() - next > left && bids < place(bids_a_row * costs_.size());) {
      const std::size_t count = std::min<std::size_t>(row_group, queue_.size() - next);
      std::int32_t rows[row_group];
      std::copy_n(queue_.begin() + static_cast<std::ptrdiff_t>(next), count, rows);
      next += count;
      bids += count;
      bid(rows, count, increment, queue_);
    }
  }

  /// Each row in turn takes its best column at the price where the second best is as good; those that lose go
  /// on in the next pass. Returns the rows that are left after the last.
  std::vector<std::int32_t> last_bids() {
    start();
    std::vector<std::int32_t> losers;
    for (int pass = 0; pass < last_passes; ++pass) {
      losers.clear();
      for (std::size_t next = 0; next < queue_.size(); next += row_group)
        bid(queue_.data() + next, std::min<std::size_t>(row_group, queue_.size() - next), 0, losers);
      queue_.swap(losers);
    }
    return queue_;
  }

  const std::vector<Index>& owner() const { return owner_; }

 private:
  void start() {
    queue_.resize(owner_.size());
    for (std::size_t i = 0; i < queue_.size(); ++i) queue_[i] = static_cast<std::int32_t>(i);
    std::fill(owner_.begin(), owner_.end(), nobody);
  }

  void bid(const std::int32_t* rows, std::size_t count, float increment, std::vector<std::int32_t>& losers) {
    SingleBestTwo found[row_group];
    costs_.best_two(rows, static_cast<int>(count), offset_, found);
    float before[row_group];
    for (std::size_t r = 0; r < count; ++r) before[r] = offset_[place(found[r].column)];
    for (std::size_t r = 0; r < count; ++r) {
      const std::size_t column = place(found[r].column);
      const float level = before[r] + (found[r].second - found[r].best) + increment;
      if (level > offset_[column] || (owner_[column] == nobody && level == offset_[column])) {
        offset_[column] = level;
        const Index loser = std::exchange(owner_[column], rows[r]);
        if (loser != nobody) losers.push_back(static_cast<std::int32_t>(loser));
      } else {
        losers.push_back(rows[r]);
      }
    }
  }

  const SingleCosts& costs_;
  std::vector<float>& offset_;
  std::vector<Index> owner_;  // row of each column
  std::vector<std::int32_t> queue_;
};

/// Medians over some rows.
struct Scales {
  double spread;  ///< how much dearer than the best column another one is
  double step;    ///< and the second best
};

std::vector<std::int32_t> some_rows(Index size, Index most) {
  const Index count = std::min(size, most);
  std::vector<std::int32_t> rows;
  for (Index k = 0; k < count; ++k) rows.push_back(static_cast<std::int32_t>(k * size / count));
  return rows;
}

Scales typical_scales(const SingleCosts& costs, const std::vector<float>& offset) {
  const Index n = costs.size();
  const std::vector<std::int32_t> rows = some_rows(n, asked_rows);
  std::vector<double> spread, step;
  for (std::size_t first = 0; first < rows.size(); first += row_group) {
    const std::size_t count = std::min<std::size_t>(row_group, rows.size() - first);
    SingleBestTwo found[row_group];
    costs.best_two(rows.data() + first, static_cast<int>(count), offset, found);
    for (std::size_t r = 0; r < count; ++r) {
      const Index row = rows[first + r];
      spread.push_back(costs.value(row, (row + n / 2) % n, offset) - found[r].best);
      step.push_back(found[r].second - found[r].best);
    }
  }
  return {median(spread), median(step)};
}

/// The median step in double at the prices 0.
double exact_step(const SingleCosts& costs) {
  std::vector<double> step, reduced(place(costs.size()));
  for (const std::int32_t row : some_rows(costs.size(), asked_in_double)) {
    for (Index j = 0; j < costs.size(); ++j) reduced[place(j)] = costs.cost(row, j);
    std::nth_element(reduced.begin(), reduced.begin() + 1, reduced.end());
    step.push_back(reduced[1] - *std::min_element(reduced.begin(), reduced.begin() + 2));
  }
  return median(step) * costs.scale();
}

float largest_offset(const SingleCosts& costs, const std::vector<float>& offset) {
  float largest = 0;
  for (std::size_t j = 0; j < place(costs.size()); ++j) largest = std::max(largest, std::abs(offset[j]));
  return largest;
}

}  // namespace

std::optional<SingleAssignment> assign_in_single(const SingleCosts& costs, bool ties) {
  const Index n = costs.size();
  SingleAssignment result{std::vector<Index>(place(n), nobody), {}, costs.start(), 0};
  const Scales scales = typical_scales(costs, result.offset);
  const double rounding = least_roundings * costs.error(largest_offset(costs, result.offset));
  if (!(scales.spread > rounding)) return {};
  const auto last_for = [&](double step) {
    return std::max(last_increment * step, least_increment * scales.spread / static_cast<double>(n));
  };
  if (last_increment * scales.step < rounding) {
    const double step = exact_step(costs);
    const bool tied = step <= tie * scales.spread;
    if (tied ? !ties : last_for(step) < rounding) return {};
  }
  const double last = std::max(last_for(scales.step), rounding);
  SingleAuction auction(costs, result.offset);
  const auto left = static_cast<std::size_t>(left_rows * std::sqrt(static_cast<double>(n)));
  for (double increment = first_increment * scales.spread; increment > last; increment *= shrinkage)
    auction.phase(static_cast<float>(increment), left);
  auction.phase(static_cast<float>(last), left);
  const std::vector<std::int32_t> free_rows = auction.last_bids();
  result.owner = auction.owner();
  for (std::size_t j = 0; j < result.owner.size(); ++j)
    if (result.owner[j] != nobody) result.to[place(result.owner[j])] = static_cast<Index>(j);
  result.window = static_cast<float>(last);
  augment_in_single(costs, search_stride * result.window, free_rows, result);
  return result;
}

}  // namespace fm
