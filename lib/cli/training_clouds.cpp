#include "cli/training_clouds.h"

#include <utility>

#include "cli/rows_read.h"
#include "data/pair_table.h"

namespace fm {

bool normal_source(const CloudOptions& options) {
  return *options.source == "normal";
}

namespace {

TrainingClouds read_pair_clouds(const CloudOptions& options, const ReadOptions& reading, Session& session) {
  PairTable pairs = read_pairs(options.pairs, reading);
  session.detail(pairs.decisions);
  TrainingClouds clouds;
  clouds.target.names = std::move(pairs.names);
  clouds.target.has_names = true;
  clouds.target.points = std::move(pairs.target);
  clouds.source.emplace().points = std::move(pairs.source);
  clouds.pair_weights = std::move(pairs.weights);
  return clouds;
}

}  // namespace

TrainingClouds read_clouds(const CloudOptions& options, const std::string& validation_file,
                           const ReadOptions& reading, Session& session) {
  if (!options.pairs.empty()) return read_pair_clouds(options, reading, session);
  const WantedColumns wanted{
      .labels = options.condition, .weight = options.weight, .bandwidth = options.bandwidth};
  TrainingClouds clouds{read_told(options.data, reading, session, wanted), {}, {}, {}};
  if (!normal_source(options))
    clouds.source = read_told_alongside(clouds.target, *options.source, reading, session);
  if (!validation_file.empty())
    clouds.held_out = read_told_alongside(clouds.target, validation_file, reading, session, options.weight,
                                          !options.bandwidth.empty());
  for (const std::string& warning : dataset_warnings(clouds.target)) session.warn(warning);
  return clouds;
}

Standardiser coordinates_of(const TrainingClouds& clouds, const CloudOptions& options) {
  const Standardize kind = *options.standardize;
  const Points& target = clouds.target.points;
  const Vector& weights = clouds.target.weights;
  if (!clouds.source) return fit_standardiser_of(target, weights, kind);
  const Points& source = clouds.source->points;
  if (normal_source(options)) return fit_standardiser(source, kind);
  return fit_standardiser(source, target, weights, kind);
}

namespace {

Source source_of(const TrainingClouds& clouds, const Standardiser& coordinates, const CloudOptions& options,
                 double jitter) {
  if (!clouds.source) return NormalSource{};
  Points points = to_coordinates(coordinates, clouds.source->points);
  if (!clouds.pair_weights) return PointSource(std::move(points), jitter);
  return PairedSource(std::move(points), *clouds.pair_weights, normal_source(options) ? 0 : jitter);
}

}  // namespace

TrainingSplit rows_of(const TrainingClouds& clouds, const Standardiser& coordinates,
                      const std::vector<Condition>& conditions, const CloudOptions& options,
                      const TrainingOptions& training, std::uint64_t seed) {
  TrainingRows rows{to_coordinates(coordinates, clouds.target.points),
                    source_of(clouds, coordinates, options, training.jitter),
                    conditions,
                    clouds.target.labels,
                    clouds.target.weights,
                    clouds.target.bandwidths};
  if (!clouds.held_out) return split_rows(rows, training.validation, seed);
  TrainingRows held_out{to_coordinates(coordinates, clouds.held_out->points),
                        rows.source,
                        {},
                        {},
                        clouds.held_out->weights,
                        clouds.held_out->bandwidths};
  return {std::move(rows), std::move(held_out)};
}

std::vector<Condition> conditions_of(const TrainingClouds& clouds) {
  return fit_conditions(clouds.target.label_columns, clouds.target.labels);
}

}  // namespace fm
