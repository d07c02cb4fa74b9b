#include "cli/evaluated_clouds.h"

#include "cli/counts.h"
#include "cli/files.h"
#include "cli/rows_read.h"
#include "core/text.h"
#include "data/thinning.h"

namespace fm {

namespace {

/// The rows of `data`, if they have weights, become a plain sample of the weighted law.
void thin(Dataset& data, std::uint64_t first, Session& session) {
  if (data.weights.size() == 0) return;
  const std::vector<Index> rows = thinned_rows(data.weights, session.seed, first);
  session.report["tables"].back()["thinned"] = rows.size();
  session.note(data.file + ": " + std::to_string(rows.size()) + " of " + std::to_string(data.points.cols()) +
               " rows stay by their weights");
  data.points = Points(data.points(Eigen::all, rows));
}

/// Rows of other tables are thinned by draws from here on: equal tables are not to lose the same rows.
constexpr std::uint64_t reference_rows = std::uint64_t{1} << 63;
constexpr std::uint64_t training_rows = std::uint64_t{1} << 62;

}  // namespace

EvaluatedClouds read_clouds(const EvalOptions& options, Session& session) {
  const WantedColumns wanted{.weight = options.weight, .weight_may_miss = true};
  EvaluatedClouds clouds;
  bool weighted = false;
  const auto take = [&](Dataset data, std::uint64_t first) {
    thin(data, first, session);
    weighted = weighted || data.weights.size() > 0;
    return data;
  };
  clouds.samples.push_back(take(read_told(options.samples.front(), options, session, wanted), 0));
  const auto read_more = [&](const std::string& path, std::uint64_t first) {
    return take(read_told_alongside(clouds.samples.front(), path, options, session, options.weight), first);
  };
  for (std::size_t k = 1; k < options.samples.size(); ++k)
    clouds.samples.push_back(read_more(options.samples[k], 0));
  clouds.reference = read_more(options.reference, reference_rows);
  if (!options.train.empty()) clouds.training = read_more(options.train, training_rows);
  if (!options.weight.empty() && !weighted)
    throw_no_weight(options.weight, joined(options.samples, ", ") + " and " + options.reference);
  return clouds;
}

Coordinates::Coordinates(const EvalOptions& options, const EvaluatedClouds& clouds) : clouds_(clouds) {
  if (units_of(options) == Standardize::none) return;
  const Standardiser units = fit_standardiser(clouds.reference.points, units_of(options));
  for (const Dataset& samples : clouds.samples) scaled_.push_back(to_coordinates(units, samples.points));
  scaled_.push_back(to_coordinates(units, clouds.reference.points));
  scaled_.push_back(options.train.empty() ? Points() : to_coordinates(units, clouds.training.points));
}

Standardize units_of(const EvalOptions& options) {
  return options.standardize.value_or(Standardize::none);
}

void warn_of_units(const EvalOptions& options, const Dataset& reference, const Session& session) {
  if (units_of(options) != Standardize::none || reference.points.rows() < 2) return;
  const Points& points = reference.points;
  const Vector width = points.rowwise().maxCoeff() - points.rowwise().minCoeff();
  const Vector deviation = fit_standardiser(points, Standardize::columns).scale;
  const Vector spread =
      (width.array() > 0).select(deviation, deviation.maxCoeff());  // constants rule nothing
  Index widest = 0, narrowest = 0;
  const double ratio = spread.maxCoeff(&widest) / spread.minCoeff(&narrowest);
  constexpr double unlike = 10;  // a hundredth of the squared distance
  if (ratio < unlike) return;
  const auto name = [&](Index column) {
    return in_quotes(reference.names[static_cast<std::size_t>(column)]);
  };
  session.warn("column " + name(widest) + " spreads " + rounded(ratio, 2) + " times as wide as " +
               name(narrowest) + " and rules the distances; --standardize columns weighs all alike");
}

}  // namespace fm
