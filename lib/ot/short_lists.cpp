#include "ot/short_lists.h"

#include <algorithm>

#include "ot/places.h"

namespace fm {

namespace {

BestTwo best_of(const ShortLists::List& list, const PricedBlocks& columns) {
  BestTwo found = {infinity, infinity, list.column[0]};
  for (int k = 0; k < ShortLists::length; ++k) {
    const double reduced = list.cost[k] - columns.price(list.column[k]);
    if (reduced < found.best) {
      found.second = found.best;
      found.best = reduced;
      found.column = list.column[k];
    } else if (reduced < found.second) {
      found.second = reduced;
    }
  }
  return found;
}

}  // namespace

ShortLists::ShortLists(const Points& x, PricedBlocks& columns)
    : x_(x), columns_(columns), lists_(static_cast<std::size_t>(x.cols())) {
  for (List& list : lists_) {
    std::fill_n(list.cost, length, infinity);
    list.bound = -infinity;
  }
}

void ShortLists::renew(Index row) {
  List& list = lists_[static_cast<std::size_t>(row)];
  const bool made = list.bound > -infinity;
  const std::vector<Candidate>& found =
      columns_.cheapest(point(row), length,
                        made ? std::span<const std::int32_t>(list.column) : std::span<const std::int32_t>());
  for (std::size_t k = 0; k < length; ++k) {
    list.cost[k] = k < found.size() ? found[k].cost : infinity;
    list.column[k] = k < found.size() ? static_cast<std::int32_t>(found[k].column) : 0;
  }
  list.bound = found.size() == length ? found.back().reduced : infinity;
}

BestTwo ShortLists::best_two(Index row) {
  const BestTwo found = best_of(list(row), columns_);
  if (found.second <= list(row).bound) return found;
  renew(row);
  return best_of(list(row), columns_);
}

}  // namespace fm
