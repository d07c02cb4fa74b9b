#include "cli/evaluated_clouds.h"

#include <algorithm>
#include <utility>

#include "cli/counts.h"
#include "cli/files.h"
#include "cli/rows_read.h"
#include "core/text.h"
#include "data/thinning.h"

namespace fm {

namespace {

/// The rows of `data`, if they have weights, become a plain sample of the weighted law.
Dataset thinned(Dataset data, std::uint64_t first, Session& session) {
  if (data.weights.size() == 0) return data;
  const std::vector<Index> rows = thinned_rows(data.weights, session.seed, first);
  session.report["tables"].back()["thinned"] = rows.size();
  session.note(data.file + ": " + std::to_string(rows.size()) + " of " + std::to_string(data.points.cols()) +
               " rows stay by their weights");
  data.points = Points(data.points(Eigen::all, rows));
  return data;
}

/// Rows of other tables are thinned by draws from here on: equal tables are not to lose the same rows.
constexpr std::uint64_t reference_rows = std::uint64_t{1} << 63;
constexpr std::uint64_t training_rows = std::uint64_t{1} << 62;

Dataset read_more(const Dataset& samples, const std::string& path, std::uint64_t first,
                  const EvalOptions& options, Session& session) {
  return thinned(read_told_alongside(samples, path, options, session, options.weight), first, session);
}

}  // namespace

EvaluatedClouds read_clouds(const EvalOptions& options, Session& session) {
  const WantedColumns wanted{.weight = options.weight, .weight_may_miss = true};
  std::vector<Dataset> samples;
  samples.push_back(thinned(read_told(options.samples.front(), options, session, wanted), 0, session));
  for (std::size_t k = 1; k < options.samples.size(); ++k)
    samples.push_back(read_more(samples.front(), options.samples[k], 0, options, session));
  EvaluatedClouds clouds = read_other_clouds(options, samples.front(), session);
  clouds.samples = std::move(samples);
  if (!options.weight.empty() && !any_weighted(clouds))
    throw_no_weight(options.weight, joined(options.samples, ", ") + " and " +
                                        (options.reference.empty() ? options.train : options.reference));
  return clouds;
}

EvaluatedClouds read_other_clouds(const EvalOptions& options, const Dataset& samples, Session& session) {
  EvaluatedClouds clouds;
  if (!options.reference.empty())
    clouds.reference = read_more(samples, options.reference, reference_rows, options, session);
  if (!options.train.empty())
    clouds.training = read_more(samples, options.train, training_rows, options, session);
  return clouds;
}

bool any_weighted(const EvaluatedClouds& clouds) {
  const auto weighted = [](const Dataset& data) { return data.weights.size() > 0; };
  return std::any_of(clouds.samples.begin(), clouds.samples.end(), weighted) || weighted(clouds.reference) ||
         weighted(clouds.training);
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
