#include "cli/nearest_rows.h"

#include <algorithm>

#include "cli/evaluated_clouds.h"
#include "cli/field_choice.h"
#include "core/error.h"
#include "io/output.h"

namespace fm {

namespace {

constexpr Index block_rows = 8192;

}  // namespace

bool wants_nearest(const EvalOptions& options) {
  return options.per_row && !(options.reference.empty() && options.train.empty());
}

void check_nearest(const EvalOptions& options) {
  refuse_several(options, "--per-row");
  refuse_row_table(options);
  refuse_changed<ComparisonOptions>(options, "per-row-alone", "does not go with --per-row",
                                    "judge the cloud in a run of its own");
}

NearestColumns nearest_columns(const EvalOptions& options, const EvaluatedClouds& clouds,
                               const Session& session) {
  const Dataset& rows = options.reference.empty() ? clouds.training : clouds.reference;
  if (wants_nearest(options)) warn_of_units(options, rows, session);
  return {clouds.training.points, clouds.reference.points, units_of(options)};
}

int write_nearest(const EvalOptions& options, Session& session) {
  const EvaluatedClouds clouds = read_clouds(options, session);
  const NearestColumns nearest = nearest_columns(options, clouds, session);
  const auto names =
      with_added_columns({}, clouds.samples.front().names, options.column_prefix, nearest.names());
  const Points& samples = clouds.samples.front().points;
  if (options.dry_run) {
    print_json({{"sample_rows", samples.cols()}, {"columns", names}, {"options", to_json(options)}});
    return exit_done;
  }
  Output output(options.output, !options.no_clobber);
  TableWriter writer(output, row_format(options), names);
  writer.header();
  for (Index first = 0; first < samples.cols(); first += block_rows) {
    const Index count = std::min(block_rows, samples.cols() - first);
    const auto x = samples.middleCols(first, count);
    Points rows(static_cast<Index>(names.size()), count);
    rows << x, nearest.distances(x);
    writer.write(rows);
  }
  output.commit();
  session.report["rows"] = samples.cols();
  return exit_done;
}

}  // namespace fm
