#include "data/dataset.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "core/error.h"

namespace fm {

namespace {

/// Doubles a block; 64 Ki doubles are 512 KiB.
constexpr Index block_numbers = 64 << 10;

[[noreturn]] void throw_no_rows(const std::string& path, const ReadSummary& summary) {
  std::string message = "there are no rows";
  if (summary.dropped > 0) message += "; " + std::to_string(summary.dropped) + " had missing cells";
  if (summary.skipped > 0) message += "; " + std::to_string(summary.skipped) + " could not be read";
  throw data_error("no-rows", message, {path},
                   summary.dropped > 0 ? "leave out columns that are always empty with -x" : "");
}

/// Hash of a point's values; equal points have equal hashes (0 and -0 too).
std::uint64_t hash_point(VectorIn point) {
  std::uint64_t hash = 0;
  for (const double value : point) {
    const double one_zero = value + 0.0;
    std::uint64_t bits;
    std::memcpy(&bits, &one_zero, sizeof bits);
    // The finaliser of MurmurHash3 (Appleby): each bit of the input changes half of those of the output.
    hash ^= bits;
    hash = (hash ^ (hash >> 33)) * 0xff51afd7ed558ccdu;
    hash = (hash ^ (hash >> 33)) * 0xc4ceb9fe1a85ec53u;
    hash ^= hash >> 33;
  }
  return hash;
}

/// Rows equal to an earlier one, up to collisions of 64-bit hashes (chance N^2 / 2^65).
Index count_repeats(PointsIn points) {
  std::vector<std::uint64_t> hashes(static_cast<std::size_t>(points.cols()));
  for (Index n = 0; n < points.cols(); ++n) hashes[static_cast<std::size_t>(n)] = hash_point(points.col(n));
  std::sort(hashes.begin(), hashes.end());
  const auto distinct = std::unique(hashes.begin(), hashes.end()) - hashes.begin();
  return points.cols() - distinct;
}

}  // namespace

Dataset read_dataset(const std::string& path, const ReadOptions& options,
                     const std::vector<std::string>& wanted) {
  TableReader reader(path, options, wanted);
  Dataset data;
  data.names = reader.names();
  data.has_names = reader.has_names();
  data.decisions = reader.decisions();
  data.file = path;
  const auto columns = static_cast<Index>(data.names.size());
  const Index block_rows = std::max<Index>(1, block_numbers / columns);
  Points block;
  Index rows = 0;
  while (const Index more = reader.read(block, block_rows)) {
    // For equal rows conservativeResize is realloc, which moves pages, not bytes, once the block is large.
    if (rows + more > data.points.cols())
      data.points.conservativeResize(columns, std::max(rows + more, 2 * data.points.cols()));
    data.points.middleCols(rows, more) = block;
    rows += more;
  }
  data.summary = reader.summary();
  if (rows == 0) throw_no_rows(path, data.summary);
  data.points.conservativeResize(columns, rows);
  return data;
}

std::vector<std::string> dataset_warnings(const Dataset& data) {
  std::vector<std::string> warnings;
  const Points& x = data.points;
  std::vector<Index> varying;
  for (Index i = 0; i < x.rows(); ++i) {
    const std::string& name = data.names[static_cast<std::size_t>(i)];
    if ((x.row(i).array() == x(i, 0)).all())
      warnings.push_back("column " + in_quotes(name) + " has one value only");
    else
      varying.push_back(i);
  }
  for (std::size_t j = 1; j < varying.size(); ++j)
    for (std::size_t i = 0; i < j; ++i) {
      if (x.row(varying[i]) != x.row(varying[j])) continue;
      warnings.push_back("columns " + in_quotes(data.names[static_cast<std::size_t>(varying[i])]) + " and " +
                         in_quotes(data.names[static_cast<std::size_t>(varying[j])]) + " are equal");
      break;
    }
  if (const Index repeats = count_repeats(x); 10 * repeats > x.cols())
    warnings.push_back(std::to_string(repeats) + " of " + std::to_string(x.cols()) +
                       " rows are equal to an earlier row");
  if (x.cols() < x.rows())
    warnings.push_back("fewer rows (" + std::to_string(x.cols()) + ") than columns (" +
                       std::to_string(x.rows()) + ")");
  return warnings;
}

}  // namespace fm
