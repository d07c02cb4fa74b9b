#include "data/table_split.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "core/error.h"
#include "core/random.h"
#include "io/row_reader.h"

namespace fm {

std::vector<std::int64_t> stratified_counts(const std::vector<std::int64_t>& sizes, double fraction) {
  const auto all = std::accumulate(sizes.begin(), sizes.end(), std::int64_t{0});
  const auto wanted = static_cast<std::int64_t>(std::floor(fraction * static_cast<double>(all) + 0.5));
  std::vector<std::int64_t> counts;
  std::vector<double> remainders;
  for (const std::int64_t size : sizes) {
    const double share = fraction * static_cast<double>(size);
    counts.push_back(static_cast<std::int64_t>(share));
    remainders.push_back(share - std::floor(share));
  }
  std::vector<std::size_t> order(sizes.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return remainders[a] > remainders[b]; });
  std::int64_t left = wanted - std::accumulate(counts.begin(), counts.end(), std::int64_t{0});
  for (std::size_t k = 0; k < order.size() && left > 0; ++k, --left) ++counts[order[k]];
  return counts;
}

namespace {

/// A line with a line break; the last of a file may lack it.
std::string whole_line(std::string_view line) {
  std::string out(line);
  if (!line.ends_with('\n') && !line.ends_with('\r')) out += '\n';
  return out;
}

/// For each row whether it is in the test part; strata: rows by stratum.
std::vector<bool> choose(const std::vector<std::vector<Index>>& strata, std::size_t rows, double fraction,
                         std::uint64_t seed) {
  std::vector<std::int64_t> sizes;
  for (const auto& members : strata) sizes.push_back(static_cast<std::int64_t>(members.size()));
  const std::vector<std::int64_t> counts = stratified_counts(sizes, fraction);
  const Random random{seed, Purpose::table_split};
  std::vector<bool> in_test(rows, false);
  for (std::size_t k = 0; k < strata.size(); ++k) {
    const auto order = random_permutation(random.row(k), sizes[k]);
    for (std::int64_t i = 0; i < counts[k]; ++i) {
      const auto member = static_cast<std::size_t>(order[static_cast<std::size_t>(i)]);
      in_test[static_cast<std::size_t>(strata[k][member])] = true;
    }
  }
  return in_test;
}

}  // namespace

TableSplit split_table(const std::string& path, const ReadOptions& options, double fraction,
                       const std::string& by, std::uint64_t seed) {
  RowReader reader(path, options);
  const std::size_t column = by.empty() ? 0 : find_column(reader, by, "--by");
  std::vector<std::string> lines;
  std::map<std::string, std::size_t> numbers;  // of the strata, in the order in which they are met
  std::vector<std::vector<Index>> strata;
  for (TextRow row; reader.next(row);) {
    const std::string key = by.empty() ? "" : cell_content((*row.cells)[column]);
    const auto [found, is_new] = numbers.emplace(key, strata.size());
    if (is_new) strata.emplace_back();
    strata[found->second].push_back(static_cast<Index>(lines.size()));
    lines.push_back(whole_line(row.line));
  }
  TableSplit split;
  split.syntax = reader.dialect().syntax;
  split.decisions = reader.decisions();
  split.skipped = reader.skipped();
  split.strata = static_cast<std::int64_t>(strata.size());
  if (!reader.header_line().empty()) split.train = split.test = whole_line(reader.header_line());
  const std::vector<bool> in_test = choose(strata, lines.size(), fraction, seed);
  for (std::size_t n = 0; n < lines.size(); ++n) {
    (in_test[n] ? split.test : split.train) += lines[n];
    ++(in_test[n] ? split.test_rows : split.train_rows);
  }
  if (split.train_rows == 0 || split.test_rows == 0)
    throw data_error("too-few-rows",
                     "of " + std::to_string(lines.size()) + " rows, " + std::to_string(split.train_rows) +
                         " would be for training and " + std::to_string(split.test_rows) + " for the test",
                     {path},
                     lines.size() < 2 ? "a split needs two rows or more" : "choose another --fraction");
  return split;
}

}  // namespace fm
