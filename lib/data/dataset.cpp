#include "data/dataset.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <map>
#include <optional>
#include <utility>

#include "core/error.h"
#include "core/numeric.h"
#include "core/text.h"

namespace fm {

namespace {

/// Doubles a block; 64 Ki doubles are 512 KiB.
constexpr Index block_numbers = 64 << 10;

[[noreturn]] void throw_no_rows(const std::string& path, const ReadSummary& summary) {
  std::string message = "there are no rows";
  if (summary.dropped > 0) message += "; " + std::to_string(summary.dropped) + " had missing cells";
  if (summary.weightless > 0) message += "; " + std::to_string(summary.weightless) + " had weight 0";
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

Dataset read_dataset(const std::string& path, const ReadOptions& options, const WantedColumns& wanted) {
  TableReader reader(path, options, wanted);
  Dataset data;
  data.names = reader.names();
  data.has_names = reader.has_names();
  data.decisions = reader.decisions();
  data.file = path;
  const auto labels = static_cast<Index>(reader.labels().size());
  const Index weights = reader.weight() ? 1 : 0, bandwidths = reader.bandwidth() ? 1 : 0;
  const auto dim = static_cast<Index>(data.names.size());
  const Index columns = dim + labels + weights + bandwidths;
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
  data.label_columns = reader.labels();
  data.weight_column = reader.weight().value_or("");
  data.bandwidth_column = reader.bandwidth().value_or("");
  if (labels > 0) data.labels = data.points.middleRows(dim, labels);
  if (weights > 0) data.weights = scaled_weights(data.points.row(dim + labels).transpose());
  if (bandwidths > 0) data.bandwidths = data.points.bottomRows(1).transpose();
  if (columns > dim) data.points.conservativeResize(dim, rows);
  return data;
}

Dataset read_alongside(const Dataset& first, const std::string& path, const ReadOptions& options,
                       const std::string& weight, bool with_bandwidths) {
  WantedColumns wanted{first.names, first.has_names, true};
  // A number is a place in the first table: the column is found by its name there.
  wanted.weight = !weight.empty() && !first.weight_column.empty() ? first.weight_column : weight;
  wanted.weight_may_miss = true;
  if (with_bandwidths) wanted.bandwidth = first.bandwidth_column;
  return read_dataset(path, options, wanted);
}

namespace {

constexpr std::size_t most_warnings = 10;  // of one kind

/// "and N more of this kind", where there are more than can be of use.
void add_limited(std::vector<std::string>& warnings, std::vector<std::string> kind, const char* what) {
  const std::size_t all = kind.size();
  if (all > most_warnings) {
    kind.resize(most_warnings);
    kind.push_back("and " + std::to_string(all - most_warnings) + " more " + what);
  }
  warnings.insert(warnings.end(), kind.begin(), kind.end());
}

/// The first text of classes of which at least half look like numbers: the others may be slips.
std::optional<std::string> text_among_numbers(const std::vector<std::string>& classes) {
  double ignored = 0;
  const auto number = [&](const std::string& name) {
    return parse_double(name, ignored) == NumberText::number;
  };
  if (2 * static_cast<std::size_t>(std::count_if(classes.begin(), classes.end(), number)) < classes.size())
    return std::nullopt;
  const auto text = std::find_if_not(classes.begin(), classes.end(), number);
  return text == classes.end() ? std::nullopt : std::optional(*text);
}

/// Pairs of equal columns among `candidates`, each column once, with the first one it equals. Equal columns
/// have equal hashes, so only those of one hash are compared.
std::vector<std::pair<Index, Index>> equal_columns(const Points& x, const std::vector<Index>& candidates) {
  std::map<std::uint64_t, std::vector<Index>> by_hash;
  std::vector<std::pair<Index, Index>> equal;
  for (const Index column : candidates) {
    std::vector<Index>& same_hash = by_hash[hash_point(x.row(column).transpose())];
    const auto same = std::find_if(same_hash.begin(), same_hash.end(),
                                   [&](Index other) { return x.row(other) == x.row(column); });
    if (same != same_hash.end())
      equal.emplace_back(*same, column);
    else
      same_hash.push_back(column);
  }
  return equal;
}

}  // namespace

std::vector<std::string> dataset_warnings(const Dataset& data) {
  std::vector<std::string> warnings, constants, equals;
  const Points& x = data.points;
  std::vector<Index> varying;
  const auto name = [&](Index column) { return in_quotes(data.names[static_cast<std::size_t>(column)]); };
  for (Index i = 0; i < x.rows(); ++i) {
    if ((x.row(i).array() == x(i, 0)).all())
      constants.push_back("column " + name(i) + " has one value only");
    else
      varying.push_back(i);
  }
  for (const auto& [first, second] : equal_columns(x, varying))
    equals.push_back("columns " + name(first) + " and " + name(second) + " are equal");
  add_limited(warnings, std::move(constants), "columns of one value only");
  add_limited(warnings, std::move(equals), "pairs of equal columns");
  if (const Index repeats = count_repeats(x); 10 * repeats > x.cols())
    warnings.push_back(std::to_string(repeats) + " of " + std::to_string(x.cols()) +
                       " rows are equal to an earlier row");
  for (const LabelColumn& column : data.label_columns)
    if (const auto text = text_among_numbers(column.classes))
      warnings.push_back("column " + in_quotes(column.name) + " holds text, " + in_quotes(*text, 30) +
                         ", among numbers: each of its " + std::to_string(column.classes.size()) +
                         " different values is a class");
  if (x.cols() < x.rows())
    warnings.push_back("fewer rows (" + std::to_string(x.cols()) + ") than columns (" +
                       std::to_string(x.rows()) + ")");
  return warnings;
}

}  // namespace fm
