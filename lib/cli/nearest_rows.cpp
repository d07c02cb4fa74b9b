#include "cli/nearest_rows.h"

#include <algorithm>

#include "cli/evaluated_clouds.h"
#include "cli/field_choice.h"
#include "core/error.h"
#include "io/output.h"
#include "metrics/neighbours.h"

namespace fm {

namespace {

constexpr Index block_rows = 8192;

}  // namespace

void check_nearest(const EvalOptions& options) {
  refuse_several(options, "--per-row");
  refuse_row_table(options);
  refuse_changed<ComparisonOptions>(options, "per-row-alone", "does not go with --per-row",
                                    "judge the cloud in a run of its own");
}

int write_nearest(const EvalOptions& options, Session& session) {
  const EvaluatedClouds clouds = read_clouds(options, session);
  warn_of_units(options, clouds.reference, session);
  const Coordinates points(options, clouds);
  std::vector<std::string> added = {"nearest_reference"};
  if (!options.train.empty()) added.insert(added.begin(), "nearest_training");
  const auto names = with_added_columns({}, clouds.samples.front().names, options.column_prefix, added);
  const Points& samples = points.samples(0);
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
    rows.topRows(x.rows()) = clouds.samples.front().points.middleCols(first, count);
    if (!options.train.empty())
      rows.row(x.rows()) = nearest_points(x, points.training()).distance.transpose();
    rows.bottomRows(1) = nearest_points(x, points.reference()).distance.transpose();
    writer.write(rows);
  }
  output.commit();
  session.report["rows"] = samples.cols();
  return exit_done;
}

}  // namespace fm
